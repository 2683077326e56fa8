/** Starts processes in which programs run inside worlds. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { WorldOutcome, WorldRequest } from './client-program'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** The programs, bundled once for a test file; the clients stay the packages in node_modules, as they were published. */
export class WorldPrograms {
  private constructor(private readonly folder: string) {}

  static async build(): Promise<WorldPrograms> {
    // Below node_modules, so that `require` finds the clients.
    const folder = mkdtempSync(join(root, 'node_modules', '.world-programs-'))
    await build({
      configFile: false,
      root,
      logLevel: 'error',
      ssr: { noExternal: true, external: ['ioredis', 'bullmq'] },
      build: {
        ssr: join(root, 'electron/engine/testing/world-process.ts'),
        outDir: folder,
        target: 'node20',
        minify: false,
        rolldownOptions: { output: { format: 'cjs', entryFileNames: 'world-process.cjs' } },
      },
    })
    return new WorldPrograms(folder)
  }

  /** Runs them one after the other in one fresh process. Rejects when that process fails as a whole. */
  run(...requests: readonly WorldRequest[]): Promise<WorldOutcome[]> {
    const child = spawn(process.execPath, [join(this.folder, 'world-process.cjs'), JSON.stringify(requests)])
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => {
        const outcomes = out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as WorldOutcome]))
        const failed = requests[outcomes.length]?.program ?? 'the process'
        if (code === 0 && err === '' && outcomes.length === requests.length) resolve(outcomes)
        else reject(new Error(`${failed} ended with code ${code}:\n${err}`))
      })
    })
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

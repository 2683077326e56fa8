/**
 * Runs every built-in scenario in many fresh processes (100 unless told: `npm run bench -- determinism 20`), two at a
 * time so that the machine is never quiet, and counts the different trace hashes: there must be one.
 */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../scripts/lib/paths.mjs'

export async function run([processes = '100']: readonly string[]): Promise<void> {
  const names = readdirSync(join(root, 'scenarios')).flatMap((file) => /^(.+)\.yaml$/.exec(file)?.[1] ?? [])
  for (const name of names) {
    const hashes = new Map<string, number>()
    let left = Number(processes)
    const worker = async () => {
      while (left-- > 0) {
        const hash = await hashOf(name)
        hashes.set(hash, (hashes.get(hash) ?? 0) + 1)
      }
    }
    await Promise.all([worker(), worker()])
    for (const [hash, count] of hashes) console.log(`${name}  ${hash}  ${count} of ${processes}`)
    if (hashes.size !== 1) process.exitCode = 1
  }
}

function hashOf(name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['scripts/eventyard.mjs', 'run', name, '--json'], { cwd: root })
    let stdout = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.once('close', (code) => {
      if (code === 0) resolve((JSON.parse(stdout) as { hash: string }).hash)
      else reject(new Error(`${name} ended with ${code}`))
    })
  })
}

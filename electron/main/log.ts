import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

const bytesMax = 1024 * 1024

export interface Log {
  info(line: string): void
  /** With the whole cause: the window shows only the message and a hint. */
  error(what: string, error: unknown): void
}

/**
 * Lines on standard error and in a file that people can attach to a report. The file's predecessor is kept as `.old`,
 * so that the two never grow beyond 2 MiB. It holds no passwords and no messages: whoever logs sees to that.
 */
export function openLog(file: string, now: () => Date = () => new Date()): Log {
  let works = true
  const write = (level: string, text: string) => {
    const line = `${now().toISOString()} ${level} ${text}\n`
    process.stderr.write(line)
    if (!works) return
    try {
      mkdirSync(dirname(file), { recursive: true })
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > bytesMax) renameSync(file, `${file}.old`)
      appendFileSync(file, line)
    } catch (error) {
      works = false // a full or read-only disk must not stop the app; standard error still has every line
      process.stderr.write(`cannot write ${file}: ${String(error)}\n`)
    }
  }
  return {
    info: (line) => write('info', line),
    error: (what, error) => write('error', `${what}: ${describe(error)}`),
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\n  caused by ${describe(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}

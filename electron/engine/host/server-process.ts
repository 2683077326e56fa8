/** Real redis-server processes: started, ended by signals, and never left behind. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface ServerProgram {
  readonly path: string
  readonly version: string
}

/** The redis-server at a path, else the one that the environment names, else the first on the PATH. */
export function findServer(path = process.env.EVENTYARD_REDIS_SERVER ?? onPath('redis-server')): ServerProgram | null {
  if (path === undefined || path === '') return null
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 5000 })
  const version = /v=(\S+)/.exec(stdout ?? '')?.[1]
  return version === undefined ? null : { path, version }
}

function onPath(name: string): string | undefined {
  const file = process.platform === 'win32' ? `${name}.exe` : name
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, file)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // Not there.
    }
  }
  return undefined
}

/** So many lines of a server's log are kept. */
const LOG_LINES_MAX = 500

export interface ServerProcessOptions {
  readonly program: string
  /** Its arguments: the configuration file first. */
  readonly args: readonly string[]
  readonly folder: string
  readonly guard: Guard
  /** It has ended, wanted or not. */
  readonly ended: () => void
}

export class ServerProcess {
  private child: ChildProcess | null = null
  private readonly lines: string[] = []
  private rest = ''
  isPaused = false

  constructor(private readonly options: ServerProcessOptions) {}

  get isRunning(): boolean {
    return this.child !== null
  }

  get pid(): number | null {
    return this.child?.pid ?? null
  }

  /** The last lines of its log. */
  get log(): readonly string[] {
    return this.lines
  }

  start(): void {
    if (this.child) return
    const { program, args, folder, guard, ended } = this.options
    // A group of its own: Ctrl+C in a terminal is for us, and we end it.
    const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    this.child = child
    this.isPaused = false
    const { pid } = child
    if (pid !== undefined) guard.add(pid)
    const read = (chunk: Buffer) => this.read(chunk.toString('utf8'))
    child.stdout!.on('data', read)
    child.stderr!.on('data', read)
    let isGone = false
    const gone = (why: string) => {
      if (isGone) return
      isGone = true
      if (pid !== undefined) guard.remove(pid)
      this.note(why)
      this.child = null
      ended()
    }
    child.on('error', (error) => gone(error.message))
    child.on('exit', (code, signal) => gone(`ended with ${signal ?? `code ${code}`}`))
  }

  /** Comes back when it has ended. `SIGTERM` asks it to, and `SIGKILL` leaves it no choice. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { child } = this
    if (!child) return Promise.resolve()
    return new Promise((resolve) => {
      child.once('exit', () => resolve())
      child.once('error', () => resolve())
      // One that stands still would not notice that it is asked to end.
      if (signal === 'SIGTERM' && this.isPaused) this.resume()
      child.kill(signal)
    })
  }

  pause(): void {
    this.isPaused = this.child?.kill('SIGSTOP') ?? false
  }

  resume(): void {
    this.isPaused = false
    this.child?.kill('SIGCONT')
  }

  private read(text: string): void {
    const lines = (this.rest + text).split('\n')
    this.rest = lines.pop()!
    for (const line of lines) this.note(line)
  }

  private note(line: string): void {
    this.lines.push(line)
    if (this.lines.length > LOG_LINES_MAX) this.lines.shift()
  }
}

/**
 * Kills all servers when this process is gone, however it went: a small shell in a session of its own that waits for
 * the end of a pipe which only we hold. A worker thread that is ended at once lets go of the pipe too.
 */
export class Guard {
  private readonly shell: ChildProcess

  /** `folder` is removed when all is over. */
  constructor(folder: string) {
    this.shell = spawn('/bin/sh', ['-c', GUARD, 'eventyard-guard', folder], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    })
    this.shell.on('error', () => undefined)
    this.shell.stdin!.on('error', () => undefined)
    this.shell.unref()
  }

  add(pid: number): void {
    this.shell.stdin!.write(`+ ${pid}\n`)
  }

  remove(pid: number): void {
    this.shell.stdin!.write(`- ${pid}\n`)
  }

  /** Has it do its work now. Comes back when it is done. */
  close(): Promise<void> {
    if (this.shell.exitCode !== null || this.shell.signalCode !== null) return Promise.resolve()
    return new Promise((resolve) => {
      this.shell.once('exit', () => resolve())
      this.shell.once('error', () => resolve())
      this.shell.stdin!.end()
    })
  }
}

const GUARD = `
trap '' INT TERM HUP
pids=' '
while read -r what pid; do
  case "$what" in
    +) pids="$pids$pid " ;;
    -) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
  esac
done
for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
rm -rf "$1"
`

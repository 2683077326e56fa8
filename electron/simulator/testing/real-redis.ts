import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The version that Eventyard simulates. Another one would differ in its texts. */
const VERSION = 'v=7.0.15'

export function hasRealRedis(): boolean {
  const { stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' })
  return stdout?.includes(VERSION) ?? false
}

/** A real redis-server on a free port of 127.0.0.1, in a folder of its own, until `stop`. */
export class RealRedis {
  private constructor(
    private process: ChildProcess,
    private readonly options: readonly string[],
    readonly folder: string,
    readonly port: number,
  ) {}

  static async start(...options: readonly string[]): Promise<RealRedis> {
    return RealRedis.run(newFolder(), ['--save', '', '--appendonly', 'no'], options)
  }

  /** With a configuration file of its own, `redis.conf`. */
  static async startWithFile(text: string, ...options: readonly string[]): Promise<RealRedis> {
    const folder = newFolder()
    const file = join(folder, 'redis.conf')
    writeFileSync(file, text)
    return RealRedis.run(folder, [file], options)
  }

  private static async run(folder: string, first: readonly string[], last: readonly string[]): Promise<RealRedis> {
    const port = await freePort(last.includes('--cluster-enabled') ? CLUSTER_PORT_MAX : undefined)
    const address = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder]
    const options = [...first, ...address, ...last]
    const server = new RealRedis(spawn('redis-server', options, { stdio: 'ignore' }), options, folder, port)
    await server.waitUntilReady()
    return server
  }

  async connect(): Promise<RawClient> {
    return RawClient.open(this.port)
  }

  /** Ends it at once; what is in its folder stays. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return
    const gone = new Promise((resolve) => this.process.once('exit', resolve))
    this.process.kill('SIGKILL')
    await gone
  }

  /** Starts it again after `kill`, in its folder and on its port. */
  async restart(): Promise<void> {
    this.process = spawn('redis-server', this.options, { stdio: 'ignore' })
    await this.waitUntilReady()
  }

  async stop(): Promise<void> {
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }

  private async waitUntilReady(): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      const client = await RawClient.open(this.port).catch(() => undefined)
      if (client) {
        client.close()
        return
      }
      await pause(50)
    }
    throw new Error(`redis-server did not start on port ${this.port}`)
  }
}

/** A socket that keeps every byte it is sent. */
export class RawClient {
  received = ''
  hasEnded = false
  private waiting: (() => void) | undefined

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.received += chunk.toString('latin1')
      this.waiting?.()
    })
    socket.on('close', () => {
      this.hasEnded = true
      this.waiting?.()
    })
    socket.on('error', () => {})
  }

  static open(port: number): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = createConnection(port, '127.0.0.1', () => {
        socket.off('error', reject)
        socket.setNoDelay(true)
        resolve(new RawClient(socket))
      }).once('error', reject)
    })
  }

  send(bytes: Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(bytes)
  }

  /** Waits until `isDone` holds, or the time is over. Says whether it came to hold. */
  async until(isDone: () => boolean, timeoutMs = 1000): Promise<boolean> {
    const deadline = Date.now() + timeoutMs
    while (!isDone()) {
      const leftMs = deadline - Date.now()
      if (leftMs <= 0) return false
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs)
        this.waiting = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    return true
  }

  close(): void {
    this.socket.destroy()
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** The cluster bus is 10000 ports above. */
export const CLUSTER_PORT_MAX = 55_535

export async function freePort(max = 65_535): Promise<number> {
  for (;;) {
    const port = await anyPort()
    if (port <= max) return port
  }
}

/** The first of some free ports in a row. */
export async function freePorts(count: number, max = 65_535): Promise<number> {
  for (;;) {
    const first = await freePort(max - count + 1)
    const areFree = await Promise.all(Array.from({ length: count }, (_, index) => isFree(first + index)))
    if (areFree.every(Boolean)) return first
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.on('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'eventyard-redis-'))
}

function anyPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

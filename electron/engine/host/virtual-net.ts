/**
 * Puts the simulated network in place of `net.connect` and `dns.lookup`, for code that is not ours: ioredis opens its
 * sockets as ever and gets in-memory ones. No address outside the world can be reached from inside it.
 */
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import { VirtualSocket } from './virtual-socket'
import type { Connection } from '../../simulator/network/connection'
import type { SocketEnd } from '../../simulator/ports'

export interface VirtualNetHost {
  /** Opens a connection on behalf of whoever is running at present. */
  connect(host: string, port: number, end: SocketEnd): Connection
  resolve(name: string): string | undefined
  /** Runs foreign code: what a socket tells its listeners. */
  enter(owner: string, run: () => void): void
  later(delayUs: number, run: () => void): () => void
}

let current: VirtualNetHost | null = null
let isInstalled = false

export function setVirtualNet(host: VirtualNetHost | null): void {
  current = host
}

export function installVirtualNet(): void {
  if (isInstalled) return
  isInstalled = true
  const connect = (...values: unknown[]) => {
    const { host, port, onConnect } = readArguments(values)
    if (!current) throw new Error('no world is current in this thread')
    const socket = new VirtualSocket(current, host, port)
    if (onConnect) socket.once('connect', onConnect)
    return socket
  }
  Object.assign(net, { connect, createConnection: connect })
  Object.assign(dns, { lookup })
  Object.assign(dns.promises, {
    lookup: (name: string, options?: LookupOptions) =>
      new Promise((resolve, reject) => {
        lookup(name, options ?? {}, (error, address, family) => {
          if (error) reject(error)
          else resolve(Array.isArray(address) ? address : { address, family })
        })
      }),
  })
  syncBuiltinESMExports()
}

interface LookupOptions {
  readonly all?: boolean
}
type LookupAnswer = string | readonly { address: string; family: number }[]
type LookupCallback = (error: Error | null, address?: LookupAnswer, family?: number) => void

function lookup(name: string, options: LookupOptions | number | LookupCallback, callback?: LookupCallback): void {
  const done = typeof options === 'function' ? options : callback!
  const all = typeof options === 'object' && options.all === true
  const address = current?.resolve(name)
  if (address === undefined) {
    const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), {
      code: 'ENOTFOUND',
      syscall: 'getaddrinfo',
      hostname: name,
    })
    process.nextTick(done, error)
  } else if (all) process.nextTick(done, null, [{ address, family: 4 }])
  else process.nextTick(done, null, address, 4)
}

/** `connect(options, listener?)` or `connect(port, host?, listener?)`, as net has them. */
function readArguments(values: readonly unknown[]): { host: string; port: number; onConnect?: () => void } {
  const [first, second] = values
  const last = values[values.length - 1]
  const onConnect = typeof last === 'function' ? { onConnect: last as () => void } : {}
  if (typeof first === 'object' && first !== null) {
    const { host = 'localhost', port = 0 } = first as { host?: string; port?: number | string }
    return { host, port: Number(port), ...onConnect }
  }
  return { host: typeof second === 'string' ? second : 'localhost', port: Number(first), ...onConnect }
}

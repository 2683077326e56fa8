/**
 * Puts the run's network in place of `net.connect`, `tls.connect` and `dns.lookup`, for code that is not ours: ioredis
 * opens its sockets as ever and gets in-memory ones. In a world they lead to simulated nodes, and no address outside it
 * can be reached from inside; a live run carries their bytes to real sockets.
 */
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import tls from 'node:tls'
import { VirtualSocket } from './virtual-socket'
import type { SocketEnd } from '../../simulator/ports'

interface Place {
  readonly address: string
  readonly port: number
}

/** What carries a socket's bytes. */
export interface HostConnection {
  readonly owner: string
  readonly clientAddress: Place
  readonly serverAddress: Place
  send(chunk: Uint8Array): void
  /** Calls back as soon as more may be sent. Where there is none, more may be sent at once. */
  drained?(done: () => void): void
  /** The client takes bytes again, after its `data` said that it would not. */
  ready(): void
  close(): void
}

/** The end of a connection at whoever opened it. */
export interface HostEnd extends SocketEnd {
  /** It ended, or never was, for a reason that has no code of the simulated network. */
  failed(error: Error): void
}

export interface VirtualNetHost {
  /** Opens a connection on behalf of whoever is running at present. */
  connect(host: string, port: number, end: HostEnd, secure?: tls.ConnectionOptions): HostConnection
  resolve(name: string, options: LookupOptions, done: LookupCallback): void
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
    const socket = new VirtualSocket(required(), host, port)
    if (onConnect) socket.once('connect', onConnect)
    return socket
  }
  const connectSecurely = (...values: unknown[]) => {
    const { host, port, onConnect } = readArguments(values)
    const options = values.find((value) => typeof value === 'object' && value !== null) ?? {}
    const socket = new VirtualSocket(required(), host, port, options)
    if (onConnect) socket.once('secureConnect', onConnect)
    return socket
  }
  Object.assign(net, { connect, createConnection: connect })
  Object.assign(tls, { connect: connectSecurely })
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

export interface LookupOptions {
  readonly all?: boolean | undefined
}
export type LookupAnswer = string | readonly { address: string; family: number }[]
export type LookupCallback = (error: Error | null, address?: LookupAnswer, family?: number) => void

function required(): VirtualNetHost {
  if (!current) throw new Error('no run is current in this thread')
  return current
}

function lookup(name: string, options: LookupOptions | number | LookupCallback, callback?: LookupCallback): void {
  const done = typeof options === 'function' ? options : callback!
  const wanted = typeof options === 'object' ? options : {}
  // Before a run begins its servers are made ready, and what listens for them asks for the address that it gives.
  if (!current && net.isIPv4(name)) answerLookup(name, name, wanted, done)
  else required().resolve(name, wanted, done)
}

/** Answers a look-up with the one address there is, or with none, as the system would. */
export function answerLookup(
  name: string,
  address: string | undefined,
  { all = false }: LookupOptions,
  done: LookupCallback,
): void {
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

/**
 * Puts a world's time and chance in place of the machine's, for code that is not ours: ioredis and whatever else runs
 * inside a world reads `Date`, sets timers and draws random bytes as ever, and gets the world's.
 *
 * It must run before that code is loaded, and it runs once in a thread: the globals look up the current world at each
 * call, so the next world of the thread takes the place of the one before.
 */
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'
import timersPromises from 'node:timers/promises'
import { promisify } from 'node:util'
import { VirtualTimer } from './virtual-timer'
import { timerPromises } from './virtual-timer-promises'

/** What the replaced globals ask of the world that is current in this thread. */
export interface VirtualHost {
  nowUs(): number
  unixUs(): number
  randomBytes(size: number): Uint8Array
  randomFloat(): number
  /** Runs foreign code `delayUs` from now, on behalf of whoever is running at present. */
  later(delayUs: number, run: () => void): () => void
  /** Runs foreign code in this instant, once what runs at present has come to rest. */
  soon(run: () => void): () => void
}

let current: VirtualHost | null = null
let isInstalled = false

/** Makes `host` the world of this thread; null leaves it without one, and every timed call then fails. */
export function setVirtualHost(host: VirtualHost | null): void {
  current = host
}

function host(): VirtualHost {
  if (!current) throw new Error('no world is current in this thread')
  return current
}

export function installVirtualGlobals(): void {
  if (isInstalled) return
  isInstalled = true
  replaceTimers()
  replaceClocks()
  replaceRandom()
  syncBuiltinESMExports()
}

type Callback = (...values: unknown[]) => void

function replaceTimers(): void {
  const setTimeout = (run: Callback, ms?: number, ...values: unknown[]) =>
    new VirtualTimer(host(), () => run(...values), ms, false)
  const setInterval = (run: Callback, ms?: number, ...values: unknown[]) =>
    new VirtualTimer(host(), () => run(...values), ms, true)
  const setImmediate = (run: Callback, ...values: unknown[]) => {
    const cancel = host().soon(() => run(...values))
    return { cancel, ref: () => undefined, unref: () => undefined, hasRef: () => true }
  }
  const clear = (timer: unknown) => {
    if (timer instanceof VirtualTimer) timer.close()
    else if (typeof timer === 'number' || typeof timer === 'string') VirtualTimer.closeById(Number(timer))
  }
  const clearImmediate = (immediate: unknown) => (immediate as { cancel?: () => void } | undefined)?.cancel?.()
  const promises = timerPromises({ setTimeout, setInterval, setImmediate, clear, clearImmediate })
  // What `util.promisify` makes of them.
  Object.defineProperty(setTimeout, promisify.custom, { value: promises.setTimeout })
  Object.defineProperty(setImmediate, promisify.custom, { value: promises.setImmediate })
  const replaced = { setTimeout, setInterval, setImmediate, clearTimeout: clear, clearInterval: clear, clearImmediate }
  Object.assign(globalThis, replaced)
  Object.assign(timers, replaced)
  Object.assign(timersPromises, promises)
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController()
    const error = new DOMException('The operation was aborted due to timeout', 'TimeoutError')
    setTimeout(() => controller.abort(error), ms)
    return controller.signal
  }
}

function replaceClocks(): void {
  const RealDate = Date
  class VirtualDate extends RealDate {
    constructor(...values: unknown[]) {
      super(...((values.length === 0 ? [VirtualDate.now()] : values) as [number]))
    }
    static override now(): number {
      return Math.floor(host().unixUs() / 1000)
    }
  }
  // `Date()` without `new` gives the time as text, which a class cannot do.
  globalThis.Date = new Proxy(VirtualDate, { apply: () => new VirtualDate().toString() }) as unknown as DateConstructor

  Object.defineProperty(performance, 'now', { value: () => host().nowUs() / 1000, configurable: true })
  const hrtime = (since?: [number, number]): [number, number] => {
    const us = host().nowUs() - (since ? since[0] * 1e6 + since[1] / 1000 : 0)
    const seconds = Math.floor(us / 1e6)
    return [seconds, Math.round((us - seconds * 1e6) * 1000)]
  }
  process.hrtime = Object.assign(hrtime, { bigint: () => BigInt(host().nowUs()) * 1000n })
  process.uptime = () => host().nowUs() / 1e6
}

function replaceRandom(): void {
  Math.random = () => host().randomFloat()
  const fill = <T extends ArrayBufferView>(view: T, offset = 0, size?: number): T => {
    const width = 'BYTES_PER_ELEMENT' in view ? Number(view.BYTES_PER_ELEMENT) : 1
    const length = size === undefined ? view.byteLength - offset * width : size * width
    const octets = new Uint8Array(view.buffer, view.byteOffset + offset * width, length)
    octets.set(host().randomBytes(octets.length))
    return view
  }
  const uuid = (): `${string}-${string}-${string}-${string}-${string}` => {
    const octets = Buffer.from(host().randomBytes(16))
    octets[6] = (octets[6]! & 0x0f) | 0x40
    octets[8] = (octets[8]! & 0x3f) | 0x80
    const hex = octets.toString('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  }
  // Node's asynchronous forms answer from a thread pool, in an order that no seed controls: here they answer next.
  const answer = <T>(value: T, callback?: (error: null, value: T) => void): T => {
    if (callback) process.nextTick(callback, null, value)
    return value
  }
  const integer = (min: number, max: number) => min + Math.floor(host().randomFloat() * (max - min))
  type IntegerCallback = (error: null, value: number) => void
  Object.assign(crypto, {
    randomBytes: (size: number, callback?: (error: null, bytes: Buffer) => void) =>
      answer(Buffer.from(host().randomBytes(size)), callback),
    randomFillSync: fill,
    randomFill: (view: ArrayBufferView, ...rest: (number | ((error: null, view: ArrayBufferView) => void))[]) => {
      const callback = rest.pop() as (error: null, view: ArrayBufferView) => void
      const [offset, size] = rest as number[]
      answer(fill(view, offset, size), callback)
    },
    randomUUID: uuid,
    randomInt: (first: number, second?: number | IntegerCallback, callback?: IntegerCallback) =>
      typeof second === 'number' ? answer(integer(first, second), callback) : answer(integer(0, first), second),
  })
  const web = globalThis.crypto ?? crypto.webcrypto
  Object.defineProperty(web, 'getRandomValues', { value: (view: ArrayBufferView) => fill(view), configurable: true })
  Object.defineProperty(web, 'randomUUID', { value: uuid, configurable: true })
}

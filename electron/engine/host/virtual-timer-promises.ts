/** `node:timers/promises` on the timers that it is given. */
interface Timers {
  setTimeout(run: () => void, ms?: number): unknown
  setInterval(run: () => void, ms?: number): unknown
  setImmediate(run: () => void): unknown
  clear(timer: unknown): void
  clearImmediate(immediate: unknown): void
}

interface Options {
  readonly signal?: AbortSignal
}

/** What has to be put in place of the module's functions. */
export function timerPromises(timers: Timers) {
  const sleep = (ms?: number, value?: unknown, { signal }: Options = {}): Promise<unknown> =>
    untilAborted(
      signal,
      (done) => timers.setTimeout(() => done(value), ms),
      (timer) => timers.clear(timer),
    )
  const immediate = (value?: unknown, { signal }: Options = {}): Promise<unknown> =>
    untilAborted(
      signal,
      (done) => timers.setImmediate(() => done(value)),
      (one) => timers.clearImmediate(one),
    )
  /** As Node's: instants that pass while nobody asks are given later, none is left out. */
  async function* interval(ms?: number, value?: unknown, { signal }: Options = {}): AsyncGenerator<unknown> {
    let passed = 0
    let wake: () => void = () => undefined
    const timer = timers.setInterval(() => {
      passed++
      wake()
    }, ms)
    try {
      for (;;) {
        if (passed === 0) {
          await untilAborted(
            signal,
            (done) => (wake = () => done(undefined)),
            () => undefined,
          )
        }
        for (; passed > 0; passed--) yield value
      }
    } finally {
      timers.clear(timer)
    }
  }
  const scheduler = { wait: (ms: number, options?: Options) => sleep(ms, undefined, options), yield: () => immediate() }
  return { setTimeout: sleep, setImmediate: immediate, setInterval: interval, scheduler }
}

/** Waits for what `start` has set going, or calls it off when the signal says so. */
function untilAborted<T>(
  signal: AbortSignal | undefined,
  start: (done: (value: unknown) => void) => T,
  stop: (started: T) => void,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(abortError(signal))
      return
    }
    const started = start((value) => {
      signal?.removeEventListener('abort', abort)
      resolve(value)
    })
    const abort = () => {
      stop(started)
      reject(abortError(signal!))
    }
    signal?.addEventListener('abort', abort, { once: true })
  })
}

function abortError(signal: AbortSignal): Error {
  const error = new Error('The operation was aborted', { cause: signal.reason })
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' })
}

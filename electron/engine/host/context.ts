import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * A value that follows foreign code through its promises, timers and `process.nextTick` calls. Only live runs need it:
 * in a world one event runs at a time, and whose it is does not change until it has come to rest.
 */
export class Context<T> {
  private readonly storage = new AsyncLocalStorage<T>()

  get value(): T | undefined {
    return this.storage.getStore()
  }

  run(value: T, code: () => void): void {
    this.storage.run(value, code)
  }

  /** Following costs every promise of the thread a little, also those of worlds. */
  stop(): void {
    this.storage.disable()
  }
}

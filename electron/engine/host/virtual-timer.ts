import type { VirtualHost } from './virtual-globals'

/** What setTimeout gives in a world: Node's Timeout, on virtual time. A delay below 1 ms is 1 ms, as in Node. */
export class VirtualTimer {
  private static count = 0
  private static readonly byId = new Map<number, VirtualTimer>()

  private cancel: (() => void) | null = null
  private isReferenced = true
  private id: number | undefined

  constructor(
    private readonly host: VirtualHost,
    private readonly run: () => void,
    private readonly ms: number | undefined,
    private readonly repeats: boolean,
  ) {
    this.start()
  }

  static closeById(id: number): void {
    VirtualTimer.byId.get(id)?.close()
  }

  ref(): this {
    this.isReferenced = true
    return this
  }

  unref(): this {
    this.isReferenced = false
    return this
  }

  hasRef(): boolean {
    return this.isReferenced
  }

  /** Starts the full delay again, also after the timer has run. */
  refresh(): this {
    this.cancel?.()
    this.start()
    return this
  }

  close(): this {
    this.cancel?.()
    this.cancel = null
    if (this.id !== undefined) VirtualTimer.byId.delete(this.id)
    return this
  }

  [Symbol.toPrimitive](): number {
    this.id ??= ++VirtualTimer.count
    VirtualTimer.byId.set(this.id, this)
    return this.id
  }

  private start(): void {
    const ms = Number(this.ms)
    const delayMs = ms >= 1 && ms <= 0x7fffffff ? Math.trunc(ms) : 1
    this.cancel = this.host.later(delayMs * 1000, () => {
      this.cancel = null
      if (this.repeats) this.start()
      this.run()
    })
  }
}

import type { Socket } from 'node:net'
import type { ClientTransport, Mark } from '../../simulator/ports'
import { soon } from './machine'

/**
 * What is written to guests goes out once a turn of the machine's event loop, as Redis writes before it sleeps: what
 * many commands of one turn have for the same client, messages to a subscriber above all, is one write.
 */
/** So many clients with commands in one turn are a rush. */
const MANY_ASK = 8

export class GuestOutput {
  private waiting: GuestTransport[] = []
  /** Where every text begins. */
  readonly empty = new Gathered('')

  add(one: GuestTransport): void {
    if (this.waiting.push(one) === 1) soon(() => this.flush())
  }

  /**
   * Whoever had output last is first, as with Redis: a publisher has its reply behind its message's receivers, and
   * sends the next command while they are written to. While many ask at once, those who only listen wait for one turn
   * more, so that what two turns have for them is one write.
   */
  private flush(): void {
    const { waiting } = this
    this.waiting = []
    let asked = 0
    for (const one of waiting) if (one.hasAsked) asked++
    const isBusy = asked >= MANY_ASK
    for (let at = waiting.length - 1; at >= 0; at--) {
      const one = waiting[at]!
      if (isBusy && !one.hasAsked && !one.isDeferred) {
        one.isDeferred = true
        this.add(one)
      } else one.flush()
    }
    this.empty.forget()
  }
}

/** A text put together from what was written, once for all subscribers that are sent the same. */
class Gathered {
  private added = ''
  private next: Gathered | undefined

  constructor(readonly text: string) {}

  with(bytes: string): Gathered {
    if (this.next === undefined || this.added !== bytes) {
      this.next = new Gathered(this.text + bytes)
      this.added = bytes
    }
    return this.next
  }

  forget(): void {
    this.added = ''
    this.next = undefined
  }
}

/** The way back to a guest, by its socket. */
export class GuestTransport implements ClientTransport {
  readonly remoteAddress: string
  isClosing = false
  /** Whether it has sent something since it was written to last: then it waits for the answer. */
  hasAsked = false
  /** Whether its output has waited for a turn already. */
  isDeferred = false
  private gathered: Gathered

  constructor(
    private readonly socket: Socket,
    private readonly output: GuestOutput,
    readonly localAddress: string,
    private readonly arrived: (marks: readonly Mark[]) => void,
  ) {
    this.remoteAddress = `${socket.remoteAddress}:${socket.remotePort}`
    this.gathered = output.empty
  }

  get unsentLength(): number {
    return this.gathered.text.length + this.socket.writableLength
  }

  write(bytes: string, marks: readonly Mark[]): void {
    const { gathered } = this
    if (gathered.text === '') {
      this.output.add(this)
      this.gathered = this.output.empty.with(bytes)
    } else {
      this.gathered = gathered.with(bytes)
    }
    if (marks.length > 0) this.arrived(marks)
  }

  /** Passes on what was gathered. */
  flush(): void {
    const { text } = this.gathered
    this.gathered = this.output.empty
    this.hasAsked = false
    this.isDeferred = false
    if (text !== '' && !this.socket.destroyed) this.socket.write(text, 'latin1')
  }

  end(): void {
    this.isClosing = true
    this.flush()
    this.socket.end()
  }

  destroy(): void {
    this.isClosing = true
    this.gathered = this.output.empty
    this.socket.destroy()
  }
}

import type { Socket } from 'node:net'
import { soon } from './machine'

/**
 * What is written to guests goes out once a turn of the machine's event loop, as Redis writes before it sleeps: what
 * many commands of one turn have for the same client, messages to a subscriber above all, is one write.
 */
export class GuestOutput {
  private waiting: GuestSocket[] = []

  /** Wraps a socket whose output is to be gathered. */
  to(socket: Socket): GuestSocket {
    return new GuestSocket(socket, (one) => this.add(one))
  }

  private add(one: GuestSocket): void {
    if (this.waiting.push(one) === 1) soon(() => this.flush())
  }

  private flush(): void {
    const { waiting } = this
    this.waiting = []
    for (const one of waiting) one.flush()
  }
}

export class GuestSocket {
  private gathered = ''

  constructor(
    private readonly socket: Socket,
    private readonly wait: (one: GuestSocket) => void,
  ) {}

  get unsentLength(): number {
    return this.gathered.length + this.socket.writableLength
  }

  write(bytes: string): void {
    if (this.gathered === '') this.wait(this)
    this.gathered += bytes
  }

  flush(): void {
    const { gathered } = this
    this.gathered = ''
    if (gathered !== '' && !this.socket.destroyed) this.socket.write(gathered, 'latin1')
  }

  end(): void {
    this.flush()
    this.socket.end()
  }

  destroy(): void {
    this.gathered = ''
    this.socket.destroy()
  }
}

/** A replica as its primary knows it: a client that said PSYNC. */
import type { Client } from '../node/client'

/**
 * `wait-start`: the picture of the data is not taken yet. `wait-end`: it is being made. `send-bulk`: it is on its way.
 * `online`: it follows the stream.
 */
export type ReplicaState = 'wait-start' | 'wait-end' | 'send-bulk' | 'online'

export class Replica {
  state: ReplicaState = 'wait-start'
  ackOffset = 0
  ackSeconds = 0
  /** What it misses until it is told of the stream. */
  held = ''
  isHeld = true
  /** It said SYNC, and knows nothing of histories. */
  isOld = false
  /** It starts reading the stream when it has said that it loaded the picture. */
  startsOnAck = false
  /** The last byte that the picture holds. */
  pictureOffset = 0

  constructor(
    readonly client: Client,
    readonly sinceSeconds: number,
  ) {}

  /** Where it listens, as it said itself. */
  get host(): string {
    return this.client.announced.host || this.client.transport.remoteAddress.replace(/:\d+$/, '')
  }

  get port(): number {
    return this.client.announced.port
  }

  get address(): string {
    return `${this.host}:${this.port}`
  }

  /** The stream goes on. */
  feed(bytes: string): void {
    if (this.isHeld) this.held += bytes
    else this.client.append(bytes)
  }

  /** From now on it gets the stream, first what it has missed. */
  goOnline(): void {
    this.state = 'online'
    this.startsOnAck = false
    this.isHeld = false
    const { held } = this
    this.held = ''
    if (held !== '') this.client.append(held)
  }
}

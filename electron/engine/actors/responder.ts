import { bytesOf, textOf, type Bytes } from '../../../shared/bytes'
import type { SeededRandom } from '../../simulator/clock/seeded-random'
import { bytesIn, type Send } from '../queues/queue'
import { requestOf } from '../queues/request'
import { LoopingActor } from './looping-actor'
import { drawTime, type TimeRange } from './time-range'
import type { Yard } from './yard'

export interface ResponderOptions {
  readonly resource: Bytes
  readonly isList: boolean
  readonly work: TimeRange
}

/** How long an answer in a list waits to be fetched. */
const ANSWER_SECONDS = 60

/** Answers requests, one after the other. */
export class Responder extends LoopingActor {
  private readonly answer: Send
  private readonly chance: SeededRandom
  private last: Promise<void> = Promise.resolve()

  constructor(
    yard: Yard,
    name: string,
    private readonly options: ResponderOptions,
  ) {
    super(yard, name, 'responder')
    this.answer = this.callerOf(this.another())
    this.chance = yard.random.fork(`responder ${name}`)
    this.onClient('messageBuffer', (_channel, message) => this.heard(bytesIn(message)))
  }

  override start(): void {
    if (this.isStarted) return
    super.start()
    const { resource, isList } = this.options
    this.yard.jobs.open(resource, isList ? 'list' : 'request')
    this.yard.delivery.usesQueue(this.name, resource, 'take')
    const life = this.beginLife()
    this.last = Promise.resolve()
    if (isList) this.yard.takeTurn(this.name, () => void this.serve(life))
    else this.listen('channel', [textOf(resource)])
  }

  private heard(message: Bytes): void {
    const { life } = this
    this.take(message)
    this.last = this.last.then(() => this.work(message, life))
  }

  private async serve(life: number): Promise<void> {
    while (this.isLiving(life)) {
      try {
        const reply = await this.call('BRPOP', this.options.resource, 5)
        if (!Array.isArray(reply) || !this.isLiving(life)) continue
        const request = bytesIn(reply[1])
        this.take(request)
        await this.work(request, life)
      } catch {
        if (this.isLiving(life)) await this.restAfterError()
      }
    }
  }

  private take(message: Bytes): void {
    const how = { place: '', attempt: 1, isKept: false }
    this.yard.trace.cause = this.yard.jobs.take(this.name, this.source, requestOf(message).id, how)
  }

  private async work(message: Bytes, life: number): Promise<void> {
    await this.sleep(drawTime(this.options.work, this.chance))
    if (!this.isLiving(life)) return
    const { id, body, replyTo } = requestOf(message)
    this.yard.trace.cause = this.yard.jobs.handle(this.name, this.source, id)
    if (replyTo === '') return
    const answer = bytesOf(JSON.stringify({ id, body: `answer to ${body}` }))
    try {
      if (!this.options.isList) await this.answer('PUBLISH', bytesOf(replyTo), answer)
      else {
        await this.answer('LPUSH', bytesOf(replyTo), answer)
        await this.answer('EXPIRE', bytesOf(replyTo), ANSWER_SECONDS)
      }
    } catch {
      // The trace has the error reply, or the connection that closed under it.
    }
  }

  private get source() {
    return { resource: this.options.resource, group: '' }
  }
}

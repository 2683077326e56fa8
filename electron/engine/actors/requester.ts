import { bytesOf, textOf, type Bytes } from '../../../shared/bytes'
import { problemOf } from '../../../shared/errors'
import type { Cancel } from '../../simulator/ports'
import { bytesIn, type Send } from '../queues/queue'
import { requestOf, sealRequest } from '../queues/request'
import { SteadyActor, type Steadiness } from './steady-actor'
import type { Yard } from './yard'

export interface RequesterOptions extends Steadiness {
  /** Where it asks: a channel or a list. */
  readonly resource: Bytes
  readonly isList: boolean
  readonly timeoutUs: number
  readonly message: string
}

/**
 * Asks, and waits for an answer for so long and no longer. On a channel an answer that comes late finds nobody; on a list
 * of its own it lies there.
 */
export class Requester extends SteadyActor {
  private readonly ask: Send
  private readonly waiting = new Map<string, Cancel>()
  /** With a list it asks one thing after the other: a blocked connection has no time for more. */
  private isBusy = false
  private asked = 0

  constructor(
    yard: Yard,
    name: string,
    private readonly options: RequesterOptions,
  ) {
    super(yard, name, 'requester')
    this.ask = this.callerOf(this.another())
    this.onClient('messageBuffer', (_channel, message) => this.answered(bytesIn(message)))
  }

  override start(): void {
    if (this.isStarted) return
    super.start()
    const { resource, isList } = this.options
    this.yard.jobs.open(resource, isList ? 'list' : 'request')
    this.yard.delivery.usesQueue(this.name, resource, 'add')
    if (!isList) this.listen('channel', [this.replyTo])
    this.begin(this.options)
  }

  override quit(): void {
    for (const cancel of this.waiting.values()) cancel()
    this.waiting.clear()
    this.isBusy = false
    super.quit()
  }

  private get replyTo(): string {
    return `reply:${this.name}`
  }

  /** Whoever asks before its own channel is open hears no answer. */
  private get canBeAnswered(): boolean {
    return this.options.isList || this.yard.delivery.subscriptionsOf(this.name) > 0
  }

  private get source() {
    return { resource: this.options.resource, group: '' }
  }

  protected override act(): void {
    if (this.isBusy || !this.canBeAnswered) return
    this.done++
    const body = this.fill(this.options.message)
    const id = `${this.name}-${++this.asked}`
    void (this.options.isList ? this.askList(id, body) : this.askChannel(id, body))
  }

  private async askChannel(id: string, body: string): Promise<void> {
    const { resource, timeoutUs } = this.options
    const { jobs, clock } = this.yard
    this.waiting.set(
      id,
      clock.after(timeoutUs, () => this.gaveUp(id)),
    )
    try {
      const receivers = await this.ask('PUBLISH', resource, sealRequest({ id, body, replyTo: this.replyTo }))
      // In a cluster each node counts its own listeners: nobody there says nothing of the others.
      if (receivers === 0 && this.yard.seeds.topology !== 'cluster') {
        this.waiting.get(id)?.()
        this.waiting.delete(id)
        jobs.refuse(this.name, resource, id, bytesOf(body), 'nobody listens there')
      } else jobs.add(this.name, resource, id, bytesOf(body))
    } catch (error) {
      jobs.refuse(this.name, resource, id, bytesOf(body), problemOf(error))
    }
  }

  private gaveUp(id: string): void {
    this.waiting.delete(id)
    this.yard.jobs.expire(this.name, this.source, id, '')
    this.yard.jobs.unanswered(this.source, id)
  }

  private answered(message: Bytes): void {
    const { id } = requestOf(message)
    const { jobs } = this.yard
    const cancel = this.waiting.get(id)
    if (cancel) {
      cancel()
      this.waiting.delete(id)
      jobs.acknowledge(this.name, this.source, id)
    } else jobs.fail(this.name, this.source, id, 1, 'its answer came too late, and nobody waited for it')
  }

  private async askList(id: string, body: string): Promise<void> {
    const { resource, timeoutUs } = this.options
    const { jobs } = this.yard
    const replyTo = `${textOf(resource)}:${this.replyTo}:${id}`
    this.isBusy = true
    try {
      await this.ask('LPUSH', resource, sealRequest({ id, body, replyTo }))
      jobs.add(this.name, resource, id, bytesOf(body))
      const reply = await this.ask('BLPOP', bytesOf(replyTo), timeoutUs / 1_000_000)
      if (Array.isArray(reply)) jobs.acknowledge(this.name, this.source, id)
      else jobs.expire(this.name, this.source, id, '')
    } catch (error) {
      jobs.refuse(this.name, resource, id, bytesOf(body), problemOf(error))
    }
    this.isBusy = false
  }
}

import type { Cluster, Redis } from 'ioredis'
import { bytesOf, textOf, type Bytes } from '../../../shared/bytes'
import { EventyardError, problemOf } from '../../../shared/errors'
import { evaluate, isTrue, parseExpression, type Expression, type Value } from '../../../shared/expression'
import { globMatches } from '../../../shared/glob'
import { parseTriggerOn, type TriggerOn } from '../../../shared/scenario/trigger-on'
import { createHandler } from '../handlers/handler'
import type { Sandbox } from '../handlers/sandbox'
import { measure } from '../queues/measure'
import { bytesIn, type Send } from '../queues/queue'
import { entriesIn } from '../queues/stream-queue'
import { LoopingActor } from './looping-actor'
import type { ActorClient } from './redis-client'
import { fillPlaces, splitTemplate } from './template'
import type { Yard } from './yard'

export interface TriggerOptions {
  readonly on: string
  readonly when?: string | undefined
  readonly do?: string | undefined
  readonly notify?: string | undefined
  readonly handler?: string | undefined
  /** How often a threshold is looked at, in microseconds. */
  readonly every: number
  readonly everywhere: boolean
}

/** What happened, in the words that conditions and templates use. */
interface Fact {
  /** The channel, stream or key. */
  readonly resource: Bytes
  readonly event: string
  readonly key: string
  readonly message: string
  readonly lateUs: number
}

/** So often it may set itself off: then somebody has to look at it. */
const ROUNDS_MAX = 5
/** The same where causes cannot be followed: so many a second of what it wrote itself. */
const OWN_A_SECOND_MAX = 50

/** When something happens it does something: a command, a note, a handler. */
export class Trigger extends LoopingActor {
  private readonly on: TriggerOn
  private readonly condition: Expression | undefined
  /** What it does goes over a connection of its own: one that is subscribed can do nothing else. */
  private readonly act: Send
  /** Its connections to each primary by address, where it listens everywhere. */
  private readonly ears = new Map<string, Redis>()
  private sandbox: Sandbox | undefined
  private fired = 0
  private wasBeyond = false
  private readonly ownKeys = new Set<string>()
  private ownSinceUs = 0
  private ownCount = 0

  constructor(
    yard: Yard,
    name: string,
    private readonly options: TriggerOptions,
  ) {
    super(yard, name, 'trigger')
    const on = parseTriggerOn(options.on)
    if (!on) throw new EventyardError('trigger.invalid', { on: options.on, fix: 'See the documentation of scenarios.' })
    this.on = on
    this.condition = options.when === undefined ? undefined : parseExpression(options.when)
    this.act = this.callerOf(this.another())
    this.hear(this.client)
  }

  override start(): void {
    if (this.isStarted) return
    const { handler } = this.options
    if (handler !== undefined) {
      const sleep = (us: number) => this.sleep(us)
      this.sandbox = createHandler(this.yard, this.name, handler, {
        call: this.act,
        sleep,
        acknowledge: () => Promise.resolve(),
      })
    }
    super.start()
    const life = this.beginLife()
    this.listenTo(this.on, life)
  }

  override quit(): void {
    this.sandbox?.dispose()
    super.quit()
    // It looks for the primaries anew when it comes again.
    for (const ear of this.ears.values()) this.dismiss(ear)
    this.ears.clear()
  }

  private listenTo(on: TriggerOn, life: number): void {
    switch (on.kind) {
      case 'key':
        if (this.options.everywhere && this.yard.seeds.topology === 'cluster') void this.listenEverywhere(on, life)
        else this.listen('pattern', [patternOf(on)])
        void this.checkNotifications(on, life)
        return
      case 'message':
        return this.listen('channel', [on.channel])
      case 'pmessage':
        return this.listen('pattern', [on.pattern])
      case 'entry':
        this.yard.takeTurn(this.name, () => void this.readEntries(bytesOf(on.stream), life))
        return
      case 'threshold':
      case 'every':
        this.yard.takeTurn(this.name, () => void this.rounds(on, life))
    }
  }

  private hear(client: ActorClient): void {
    client.on('messageBuffer', (channel: Buffer, message: Buffer) => this.heard(bytesIn(channel), bytesIn(message)))
    client.on('pmessageBuffer', (_pattern: Buffer, channel: Buffer, message: Buffer) =>
      this.heard(bytesIn(channel), bytesIn(message)),
    )
  }

  /** Key events stay on the node that has the key, so each primary has to be listened to by itself. */
  private async listenEverywhere(on: TriggerOn & { kind: 'key' }, life: number): Promise<void> {
    const pattern = patternOf(on)
    this.yard.delivery.want(this.name, { kind: 'pattern', resource: bytesOf(pattern) })
    const cluster = this.client as Cluster
    while (this.isLiving(life)) {
      // Before it is ready it takes all that it was told of for primaries; and replicas tell of key events too.
      if (cluster.status === 'ready') this.listenToPrimaries(cluster.nodes('master'), pattern)
      await this.sleep(cluster.status === 'ready' ? 1_000_000 : 100_000)
    }
  }

  private listenToPrimaries(primaries: readonly Redis[], pattern: string): void {
    const wanted = new Map(primaries.map(({ options: { host = '', port = 0 } }) => [`${host}:${port}`, { host, port }]))
    for (const [address, ear] of this.ears) {
      if (wanted.has(address)) continue
      this.ears.delete(address)
      this.dismiss(ear)
    }
    for (const [address, node] of wanted) {
      if (this.ears.has(address)) continue
      const ear = this.another({ topology: 'standalone', nodes: [node], sentinels: [] }) as Redis
      this.ears.set(address, ear)
      this.hear(ear)
      this.connect()
      ear.psubscribe(pattern).catch(() => undefined)
    }
  }

  /** Redis tells of key events only where it is configured to. */
  private async checkNotifications(on: TriggerOn & { kind: 'key' }, life: number): Promise<void> {
    try {
      const reply = (await this.act('CONFIG', 'GET', 'notify-keyspace-events')) as unknown[]
      if (!this.isLiving(life) || isTold(on, bytesIn(reply[1]))) return
      const why = `notify-keyspace-events is "${bytesIn(reply[1])}", so the server does not tell of this; KEA tells of all`
      this.failed(bytesOf(this.options.on), 'listen', why)
    } catch {
      // Some servers do not let clients see their configuration: then nobody can say.
    }
  }

  private heard(channel: Bytes, message: Bytes): void {
    const { on } = this
    if (on.kind !== 'key') {
      const text = textOf(message)
      const lateUs = this.yard.delivery.ageOfFact('' as Bytes)
      void this.fire({ resource: channel, event: 'message', key: textOf(channel), message: text, lateUs })
      return
    }
    // __keyevent@0__:expired tells the key, __keyspace@0__:cart:1 the event.
    const isEvent = channel.startsWith('__keyevent@')
    const rest = channel.slice(channel.indexOf(':') + 1) as Bytes
    const [event, key] = isEvent ? [rest, message] : [message, rest]
    if (on.event !== '*' && event !== on.event) return
    if (!globMatches(bytesOf(on.pattern), key)) return
    const lateUs = this.yard.delivery.ageOfFact(event === 'expired' ? key : ('' as Bytes))
    void this.fire({ resource: key, event, key: textOf(key), message: '', lateUs })
  }

  private async readEntries(stream: Bytes, life: number): Promise<void> {
    let from = '$'
    while (this.isLiving(life)) {
      try {
        const reply = await this.call('XREAD', 'COUNT', 10, 'BLOCK', 5000, 'STREAMS', stream, from)
        for (const [id, fields] of entriesIn(reply)) {
          from = bytesIn(id)
          const words = fields.map((field) => textOf(bytesIn(field)))
          await this.fire({
            resource: stream,
            event: 'xadd',
            key: textOf(stream),
            message: words.join(' '),
            lateUs: -1,
          })
        }
      } catch {
        if (this.isLiving(life)) await this.restAfterError()
      }
    }
  }

  private async rounds(on: TriggerOn & { kind: 'threshold' | 'every' }, life: number): Promise<void> {
    const us = on.kind === 'every' ? on.us : this.options.every
    while (this.isLiving(life)) {
      await this.sleep(us)
      if (!this.isLiving(life)) return
      this.yard.trace.cause = 0
      if (on.kind === 'every') {
        await this.fire({ resource: '' as Bytes, event: 'every', key: '', message: '', lateUs: 0 })
        continue
      }
      const value = await measure(this.act, on.measure, on.words).catch(() => undefined)
      if (value === undefined) continue
      const isBeyond = on.isAbove ? value > on.limit : value < on.limit
      // It tells of the crossing, not of every look at what lies beyond.
      if (isBeyond && !this.wasBeyond) {
        const key = on.words[0] ?? ''
        await this.fire({ resource: bytesOf(key), event: on.measure, key, message: String(value), lateUs: -1 })
      }
      this.wasBeyond = isBeyond
    }
  }

  private async fire(fact: Fact): Promise<void> {
    const { trace } = this.yard
    const { resource, event, key, message, lateUs } = fact
    const words: Readonly<Record<string, Value>> = {
      ...{ event, key, message, n: this.fired + 1, late: lateUs / 1000 },
      value: Number(message) || 0,
    }
    if (this.condition && !isTrue(evaluate(this.condition, (name) => words[name]))) return
    const triggers = [...(trace.chainOf(trace.cause)?.triggers ?? []), this.name]
    this.fired++
    const fired = trace.append({
      type: 'trigger.fired',
      actor: this.name,
      resource,
      what: event,
      lateUs: Math.round(lateUs),
    })
    if (this.isLoop(triggers, key)) {
      const chain = `${event} ${key}: ${triggers.join(' → ')}`
      trace.append({ type: 'trigger.looped', cause: fired, actor: this.name, chain })
      this.quit()
      return
    }
    trace.keepChain(fired, { triggers })
    const { cause } = trace
    trace.cause = fired
    const reacted = this.react(resource, words)
    // What arrived together with this did not follow from it.
    trace.cause = cause
    await reacted
  }

  /** Whether it has set itself off too often. */
  private isLoop(triggers: readonly string[], key: string): boolean {
    if (triggers.filter((name) => name === this.name).length > ROUNDS_MAX) return true
    if (!this.ownKeys.has(key)) return false
    const nowUs = this.yard.clock.nowUs()
    if (nowUs - this.ownSinceUs > 1_000_000) {
      this.ownSinceUs = nowUs
      this.ownCount = 0
    }
    return ++this.ownCount > OWN_A_SECOND_MAX
  }

  private async react(resource: Bytes, words: Readonly<Record<string, Value>>): Promise<void> {
    const { do: command, notify } = this.options
    const { trace } = this.yard
    const fill = (text: string) =>
      fillPlaces(text, (name, rest) => (rest.length === 0 && name in words ? String(words[name]) : undefined))
    if (notify !== undefined) {
      trace.append({ type: 'trigger.acted', actor: this.name, resource, action: `notify ${fill(notify)}` })
    }
    if (command !== undefined) {
      const argv = splitTemplate(command).map((word) => bytesOf(fill(textOf(word))))
      const action = argv.map(textOf).join(' ')
      for (const word of argv.slice(1)) this.ownKeys.add(textOf(word))
      if (this.ownKeys.size > 1000) this.ownKeys.clear()
      await this.attempt(resource, action, () => this.act(...argv))
    }
    const { sandbox } = this
    if (sandbox) await this.attempt(resource, 'handler', () => sandbox.run(words))
  }

  private async attempt(resource: Bytes, action: string, run: () => Promise<unknown>): Promise<void> {
    try {
      await run()
      this.yard.trace.append({ type: 'trigger.acted', actor: this.name, resource, action })
    } catch (error) {
      this.failed(resource, action, problemOf(error))
    }
  }

  private failed(resource: Bytes, action: string, why: string): void {
    this.yard.trace.append({ type: 'trigger.failed', actor: this.name, resource, action, why })
  }
}

/** Whether the server's setting tells of an event at all; of which classes it tells is left open. */
function isTold({ event }: TriggerOn & { kind: 'key' }, flags: string): boolean {
  return flags.includes(event === '*' ? 'K' : 'E') && flags.length > 1
}

/** With one key it listens to that key, with one event to that event: as little as there is. */
function patternOf({ event, pattern }: TriggerOn & { kind: 'key' }): string {
  return event === '*' ? `__keyspace@*__:${pattern}` : `__keyevent@*__:${event}`
}

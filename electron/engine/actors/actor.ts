/**
 * A participant of a run with its own real ioredis connection. Everything it does it does through that client; what
 * came of it is read from the trace, not from here.
 */
import type { Redis } from 'ioredis'
import { bytesOf, type Bytes } from '../../../shared/bytes'
import { EventyardError } from '../../../shared/errors'
import { silence, type Listening, type Speech, type SubscriptionKind } from '../world/roster'
import type { Send } from '../queues/queue'
import type { Yard } from './yard'
import { createClient, slotMapOf, type ActorClient, type ClientNeeds } from './redis-client'

export type ActorRole =
  | 'publisher'
  | 'subscriber'
  | 'client'
  | 'producer'
  | 'consumer'
  | 'mover'
  | 'reclaimer'
  | 'trigger'
  | 'requester'
  | 'responder'
  | 'bull-producer'
  | 'bull-worker'

export class Actor {
  private redis: ActorClient
  /** What was subscribed to or dropped while there was no connection. */
  private readonly missed = new Map<string, { readonly listening: Listening; readonly subscribe: boolean }>()
  private isPresent = false
  private readonly others: ActorClient[] = []
  /** The client of a cluster was closed on purpose, and does not open again by itself. */
  private isClosed = false

  constructor(
    protected readonly yard: Yard,
    readonly name: string,
    readonly role: ActorRole,
  ) {
    this.redis = this.createClient()
  }

  /** Joins the run and connects. */
  start(): void {
    if (this.isPresent) return
    this.isPresent = true
    this.yard.delivery.join(this.name, this.role, this.speech)
    this.connect()
  }

  /** Its process ends in the middle of whatever it does. */
  kill(why: string): void {
    if (!this.isPresent) return
    this.yard.trace.append({ type: 'actor.killed', actor: this.name, why })
    this.quit()
  }

  /** Leaves the run for good, or until it is started again, once it has done what it has begun. */
  stop(): void {
    this.quit()
  }

  /** Leaves at once. */
  quit(): void {
    if (!this.isPresent) return
    this.isPresent = false
    this.disconnect()
    this.yard.takeTurn(this.name, () => {
      this.yard.delivery.leave(this.name)
      this.yard.jobs.leave(this.name)
    })
  }

  /** Whether it publishes with SPUBLISH. */
  protected get isSharded(): boolean {
    return false
  }

  /** What its clients must be like. Asked before its own fields are there. */
  protected get needs(): ClientNeeds {
    return {}
  }

  /** What it says by itself. */
  protected get speech(): Speech {
    return silence
  }

  get isStarted(): boolean {
    return this.isPresent
  }

  /** Where its client would send commands, by slot; null without a cluster. Only read, nothing is asked. */
  get slotMap(): ReturnType<typeof slotMapOf> {
    return slotMapOf(this.redis)
  }

  connect(): void {
    this.yard.takeTurn(this.name, () => {
      for (const client of [this.redis, ...this.others]) {
        // A client that is connecting, or waits to, goes on by itself.
        const { status } = client
        // A cluster's client tells its close once for each connection, and may come to rest in that state for good.
        const isAtRest = status === 'wait' || status === 'end' || (status === 'close' && this.isClosed)
        if (isAtRest) client.connect().catch(ignore)
      }
      this.isClosed = false
    })
  }

  disconnect(): void {
    this.yard.takeTurn(this.name, () => {
      this.isClosed = this.yard.seeds.topology === 'cluster'
      for (const client of [this.redis, ...this.others]) client.disconnect()
    })
  }

  /** One more connection, for what cannot share one: it connects and disconnects with the others. */
  protected another(seeds = this.yard.seeds): ActorClient {
    const client = createClient(seeds, this.name, this.needs)
    client.on('error', ignore)
    this.others.push(client)
    return client
  }

  /** Has no use any more for one that `another` gave. */
  protected dismiss(client: ActorClient): void {
    this.others.splice(this.others.indexOf(client), 1)
    client.disconnect()
  }

  /** Subscribes, now or as soon as there is a connection. */
  listen(kind: SubscriptionKind, resources: readonly string[]): void {
    for (const resource of resources) this.change({ kind, resource: bytesOf(resource) }, true)
  }

  unlisten(kind: SubscriptionKind, resources: readonly string[]): void {
    for (const resource of resources) this.change({ kind, resource: bytesOf(resource) }, false)
  }

  /** Gives how many clients of the node received it. Rejects with Redis's error or ioredis's. */
  publish(channel: string, message: string): Promise<number> {
    const words = [Buffer.from(channel), Buffer.from(message)] as const
    // Its types leave the reply of the sharded one open.
    const send = () =>
      this.isSharded ? (this.redis.spublish(...words) as Promise<number>) : this.redis.publish(...words)
    return this.within(send)
  }

  /** Sends any command. Rejects with Redis's error or ioredis's. */
  send(argv: readonly Bytes[], client = this.redis): Promise<unknown> {
    const [command, ...values] = argv
    const buffers = values.map((value) => Buffer.from(value, 'latin1'))
    // A cluster's client has the same method, which its types leave out.
    return this.within(() => (client as Redis).callBuffer(command!, ...buffers))
  }

  /** The same with words and numbers, as an actor's own program has them. */
  protected readonly call: Send = (...words) => this.send(bytesOfWords(words))

  /** The same over another of its connections. */
  protected callerOf(client: ActorClient): Send {
    return (...words) => this.send(bytesOfWords(words), client)
  }

  /** Lets `us` of the run's time pass. What follows is put down to what came before. */
  protected sleep(us: number): Promise<void> {
    const { clock, trace } = this.yard
    const { cause } = trace
    return new Promise((resolve) => {
      clock.after(us, () => {
        trace.cause = cause
        this.yard.takeTurn(this.name, resolve)
      })
    })
  }

  /** Throws `actor.offline`: a call by hand should fail now, not sit in a queue. */
  requireOnline(): void {
    if (!this.yard.delivery.isConnected(this.name)) throw new EventyardError('actor.offline', { actor: this.name })
  }

  /** Hears of what the client tells. */
  protected onClient(event: string, hear: (...values: unknown[]) => void): void {
    this.redis.on(event, hear)
  }

  protected get client(): ActorClient {
    return this.redis
  }

  private within<T>(run: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.yard.takeTurn(this.name, () => run().then(resolve, reject))
    })
  }

  private change(listening: Listening, subscribe: boolean): void {
    if (subscribe) this.yard.delivery.want(this.name, listening)
    else this.yard.delivery.unwant(this.name, listening)
    this.missed.set(`${listening.kind} ${listening.resource}`, { listening, subscribe })
    if (this.redis.status === 'ready') this.catchUp()
  }

  /** ioredis subscribes again by itself after a reconnect; this adds what changed meanwhile. */
  private catchUp(): void {
    const changes = [...this.missed.values()]
    this.missed.clear()
    this.yard.takeTurn(this.name, () => {
      for (const { listening, subscribe } of changes) {
        // ioredis's types take text here; what was typed is UTF-8, so nothing changes on the way.
        const resource = Buffer.from(listening.resource, 'latin1').toString()
        const done = this.subscription(listening.kind, subscribe, resource)
        // A subscription that the server refuses is in the trace as the command's error reply.
        done.catch(ignore)
      }
    })
  }

  private subscription(kind: SubscriptionKind, subscribe: boolean, resource: string): Promise<unknown> {
    switch (kind) {
      case 'channel':
        return subscribe ? this.redis.subscribe(resource) : this.redis.unsubscribe(resource)
      case 'pattern':
        return subscribe ? this.redis.psubscribe(resource) : this.redis.punsubscribe(resource)
      case 'sharded':
        return subscribe ? this.redis.ssubscribe(resource) : this.redis.sunsubscribe(resource)
    }
  }

  private createClient(): ActorClient {
    const client = createClient(this.yard.seeds, this.name, this.needs)
    client.on('ready', () => this.catchUp())
    // Without a listener ioredis prints to the console; the trace has connection.failed.
    client.on('error', ignore)
    client.on('reconnecting', (delayMs: number) => this.retrying(delayMs))
    return client
  }

  private retrying(delayMs: number): void {
    const attempt = (this.redis as unknown as { retryAttempts: number }).retryAttempts
    this.yard.trace.append({ type: 'connection.retrying', actor: this.name, attempt, delayMs })
  }
}

function bytesOfWords(words: readonly (string | number)[]): Bytes[] {
  return words.map((word) => String(word) as Bytes)
}

function ignore(): void {
  // Told by the trace.
}

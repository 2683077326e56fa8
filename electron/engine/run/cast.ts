/** The actors of a run, by name, and what may be asked of them. */
import { bytesOf } from '../../../shared/bytes'
import { EventyardError } from '../../../shared/errors'
import { membersOf, type ActorSpec } from '../../../shared/scenario/actor-roles'
import { reboundSpec, type Binding } from '../../../shared/scenario/rebind'
import type { Yard } from '../actors/yard'
import type { Crew } from '../deployment/faults'
import type { Actor } from '../actors/actor'
import { Commander } from '../actors/commander'
import { Mover } from '../actors/mover'
import { Publisher } from '../actors/publisher'
import { Trigger } from '../actors/trigger'
import { Requester } from '../actors/requester'
import { Responder } from '../actors/responder'
import { Subscriber } from '../actors/subscriber'
import { Reclaimer } from '../actors/reclaimer'
import { createBullProducer, createBullWorker } from './bull-actors'
import { createConsumer, createProducer, WORK } from './queue-actors'

const ACTORS_MAX = 200
/** So many earlier settings of one actor can be brought back. */
const PAST_MAX = 100

export class Cast implements Crew {
  private readonly actors = new Map<string, Actor>()
  /** Names that stand for several actors. */
  private readonly groups = new Map<string, readonly string[]>()

  private readonly specs = new Map<string, ActorSpec>()
  /** What actors were before they were removed or bound elsewhere, the latest last. */
  private readonly past = new Map<string, readonly ActorSpec[]>()

  constructor(private readonly yard: Yard) {}

  /** Throws `actor.exists` or `actor.limit`. The actors take part once they are started. */
  add(name: string, spec: ActorSpec): void {
    const members = membersOf(name, spec)
    for (const member of [name, ...members]) {
      if (this.actors.has(member) || this.groups.has(member)) {
        throw new EventyardError('actor.exists', { actor: member })
      }
    }
    if (this.actors.size + members.length > ACTORS_MAX) throw new EventyardError('actor.limit', { limit: ACTORS_MAX })
    if (members.length > 1) this.groups.set(name, members)
    for (const member of members) {
      this.actors.set(member, this.create(member, spec))
      this.specs.set(member, spec)
    }
  }

  private create(name: string, spec: ActorSpec): Actor {
    const { yard } = this
    switch (spec.role) {
      case 'publisher':
        return new Publisher(yard, name, spec)
      case 'client':
        return new Commander(yard, name, spec)
      case 'subscriber':
        return new Subscriber(yard, name, spec)
      case 'producer':
        return createProducer(yard, name, spec)
      case 'consumer':
        return createConsumer(yard, name, spec)
      case 'mover': {
        const { from, to, every: everyUs, batch, atomic: isAtomic, skew: skewUs } = spec
        return new Mover(yard, name, { from: bytesOf(from), to: bytesOf(to), everyUs, batch, isAtomic, skewUs })
      }
      case 'requester': {
        const { channel, list, timeout: timeoutUs, rate, times, message } = spec
        const resource = bytesOf(list ?? channel!)
        return new Requester(yard, name, { resource, isList: list !== undefined, timeoutUs, rate, times, message })
      }
      case 'responder': {
        const { channel, list, work = WORK } = spec
        return new Responder(yard, name, { resource: bytesOf(list ?? channel!), isList: list !== undefined, work })
      }
      case 'bull-producer':
        return createBullProducer(yard, name, spec)
      case 'bull-worker':
        return createBullWorker(yard, name, spec)
      case 'trigger':
        return new Trigger(yard, name, spec)
      case 'reclaimer':
        return new Reclaimer(yard, name, { list: bytesOf(spec.list), everyUs: spec.every })
    }
  }

  has(name: string): boolean {
    return this.actors.has(name)
  }

  kill(name: string): void {
    // Nobody who is gone stands still.
    this.yard.release(name)
    this.get(name).kill('killed')
  }

  stop(name: string): void {
    this.get(name).stop()
  }

  pause(name: string): void {
    if (!this.get(name).isStarted || this.yard.isHeld(name)) return
    this.yard.trace.append({ type: 'actor.paused', actor: name })
    this.yard.hold(name)
  }

  resume(name: string): void {
    if (!this.yard.isHeld(name)) return
    this.yard.trace.append({ type: 'actor.resumed', actor: name })
    this.yard.release(name)
  }

  /** Throws `actor.unknown`. */
  get(name: string): Actor {
    const actor = this.actors.get(name)
    if (!actor) throw new EventyardError('actor.unknown', { actor: name, known: this.names().join(', ') || 'none yet' })
    return actor
  }

  /** Throws `actor.unknown`. */
  remove(name: string): void {
    const actor = this.get(name)
    // Whoever takes this name next does not begin standing still.
    this.yard.release(name)
    actor.quit()
    this.actors.delete(name)
    const spec = this.specs.get(name)
    if (spec) this.past.set(name, [...(this.past.get(name) ?? []), spec].slice(-PAST_MAX))
  }

  /** The settings that an actor would have elsewhere. Throws `actor.unknown` or `actor.binding`. */
  specElsewhere(name: string, binding: Binding): ActorSpec {
    const { role } = this.get(name)
    const spec = reboundSpec(this.specs.get(name)!, binding)
    if (!spec) throw new EventyardError('actor.binding', { actor: name, role, kind: binding.kind })
    return spec
  }

  /** Has an actor begin anew, under its name and with other settings. */
  replace(name: string, spec: ActorSpec): void {
    this.remove(name)
    this.begin(name, spec)
  }

  /** Throws `actor.past` where nothing is known that could be brought back. */
  requirePast(name: string): void {
    if (!this.past.get(name)?.length) throw new EventyardError('actor.past', { actor: name })
  }

  /** Makes an actor what it was before it was last removed or replaced. */
  restore(name: string): void {
    const past = this.past.get(name) ?? []
    if (this.actors.has(name)) this.remove(name)
    this.past.set(name, past.slice(0, -1))
    this.begin(name, past.at(-1)!)
  }

  private begin(name: string, spec: ActorSpec): void {
    this.actors.set(name, this.create(name, spec))
    this.specs.set(name, spec)
    // Whoever had the name before leaves in a turn of its own, which comes first.
    this.yard.takeTurn(name, () => this.actors.get(name)?.start())
  }

  /** Throws `actor.unknown`. */
  start(name: string): void {
    this.get(name).start()
  }

  names(): readonly string[] {
    return [...this.actors.keys()]
  }

  /** `all`, names that stand for several, or the names themselves. */
  expand(names: readonly string[]): readonly string[] {
    return names.flatMap((name) => (name === 'all' ? this.names() : (this.groups.get(name) ?? [name])))
  }

  /** The first of `role`, `role-2`, `role-3`, ... that is free. */
  freeName(role: string): string {
    for (let number = 1; ; number++) {
      const name = number === 1 ? role : `${role}-${number}`
      if (!this.actors.has(name) && !this.groups.has(name)) return name
    }
  }
}

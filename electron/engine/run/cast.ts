/** The actors of a run, by name, and what may be asked of them. */
import { bytesOf } from '../../../shared/bytes'
import { EventyardError } from '../../../shared/errors'
import { membersOf, type ActorSpec } from '../../../shared/scenario/actor-roles'
import type { Yard } from '../actors/yard'
import { Actor } from '../actors/actor'
import { Commander } from '../actors/commander'
import { Mover } from '../actors/mover'
import { Publisher } from '../actors/publisher'
import { Reclaimer } from '../actors/reclaimer'
import { createConsumer, createProducer } from './queue-actors'

const ACTORS_MAX = 200

export class Cast {
  private readonly actors = new Map<string, Actor>()
  /** What an actor listens to as soon as it is started. */
  private readonly specs = new Map<string, ActorSpec>()
  /** Names that stand for several actors. */
  private readonly groups = new Map<string, readonly string[]>()

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
        return new Actor(yard, name, 'subscriber')
      case 'producer':
        return createProducer(yard, name, spec)
      case 'consumer':
        return createConsumer(yard, name, spec)
      case 'mover': {
        const { from, to, every: everyUs, batch, atomic: isAtomic, skew: skewUs } = spec
        return new Mover(yard, name, { from: bytesOf(from), to: bytesOf(to), everyUs, batch, isAtomic, skewUs })
      }
      case 'reclaimer':
        return new Reclaimer(yard, name, { list: bytesOf(spec.list), everyUs: spec.every })
    }
  }

  /** Throws `actor.unknown`. */
  get(name: string): Actor {
    const actor = this.actors.get(name)
    if (!actor) throw new EventyardError('actor.unknown', { actor: name, known: this.names().join(', ') || 'none yet' })
    return actor
  }

  /** Throws `actor.unknown`. */
  remove(name: string): void {
    this.get(name).stop()
    this.actors.delete(name)
    this.specs.delete(name)
  }

  start(name: string): void {
    const actor = this.get(name)
    const spec = this.specs.get(name)!
    actor.start()
    if (spec.role !== 'subscriber') return
    actor.listen('channel', spec.channels)
    actor.listen('pattern', spec.patterns)
    actor.listen('sharded', spec.sharded)
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

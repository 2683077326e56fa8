/** The actors of a run, by name, and what may be asked of them. */
import { EventyardError } from '../../../shared/errors'
import type { ActorSpec } from '../../../shared/scenario/schema'
import type { Yard } from '../actors/yard'
import { Actor } from '../actors/actor'
import { Commander } from '../actors/commander'
import { Publisher } from '../actors/publisher'

const ACTORS_MAX = 200

export class Cast {
  private readonly actors = new Map<string, Actor>()
  /** What an actor listens to as soon as it is started. */
  private readonly specs = new Map<string, ActorSpec>()

  constructor(private readonly yard: Yard) {}

  /** Throws `actor.exists` or `actor.limit`. The actor takes part once it is started. */
  add(name: string, spec: ActorSpec): Actor {
    if (this.actors.has(name)) throw new EventyardError('actor.exists', { actor: name })
    if (this.actors.size >= ACTORS_MAX) throw new EventyardError('actor.limit', { limit: ACTORS_MAX })
    const actor = this.create(name, spec)
    this.actors.set(name, actor)
    this.specs.set(name, spec)
    return actor
  }

  private create(name: string, spec: ActorSpec): Actor {
    switch (spec.role) {
      case 'publisher':
        return new Publisher(this.yard, name, spec)
      case 'client':
        return new Commander(this.yard, name, spec)
      case 'subscriber':
        return new Actor(this.yard, name, 'subscriber')
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

  /** `all`, or the names themselves. */
  expand(names: readonly string[]): readonly string[] {
    return names.flatMap((name) => (name === 'all' ? this.names() : [name]))
  }

  /** The first of `role`, `role-2`, `role-3`, ... that is free. */
  freeName(role: string): string {
    for (let number = 1; ; number++) {
      const name = number === 1 ? role : `${role}-${number}`
      if (!this.actors.has(name)) return name
    }
  }
}

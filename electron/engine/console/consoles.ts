/** The consoles of a run, by name. */
import { EventyardError } from '../../../shared/errors'
import type { ConsoleBatch } from '../../../shared/console/console-types'
import { ConsoleSession, type ConsoleYard } from './console-session'

const CONSOLES_MAX = 20

export class Consoles {
  private readonly sessions = new Map<string, ConsoleSession>()
  /** Those that left and have not been told of yet. */
  private left: ConsoleSession[] = []

  constructor(private readonly yard: ConsoleYard) {}

  /** Whether a console has this name, so that no actor takes it. */
  has(name: string): boolean {
    return this.sessions.has(name)
  }

  /** Gives a session of a node, the first unless named, that does not take part yet. Throws `console.limit`, `node.unknown`. */
  create(purpose: string, node: string | undefined, isTaken: (name: string) => boolean): ConsoleSession {
    if (this.sessions.size >= CONSOLES_MAX) throw new EventyardError('console.limit', { limit: CONSOLES_MAX })
    const target = this.yard.consoleTarget(node)
    for (let number = 1; ; number++) {
      const name = number === 1 ? purpose : `${purpose}-${number}`
      if (this.sessions.has(name) || isTaken(name)) continue
      return new ConsoleSession(this.yard, name, target)
    }
  }

  add(session: ConsoleSession): void {
    this.sessions.set(session.name, session)
    session.join()
  }

  /** Throws `console.unknown`. */
  get(name: string): ConsoleSession {
    const session = this.sessions.get(name)
    if (!session) throw new EventyardError('console.unknown', { session: name })
    return session
  }

  remove(name: string): void {
    const session = this.get(name)
    session.leave()
    this.sessions.delete(name)
    this.left.push(session)
  }

  names(): readonly string[] {
    return [...this.sessions.keys()]
  }

  closeAll(): void {
    for (const name of [...this.sessions.keys()]) this.remove(name)
  }

  takeBatches(run: number): readonly ConsoleBatch[] {
    const batches = [...this.left.splice(0), ...this.sessions.values()].map((session) => session.takeBatch(run))
    return batches.filter((batch) => batch !== undefined)
  }
}

/** Which ways between machines a fault lies on, whatever carries them. */
import { EventyardError } from '../../../shared/errors'
import type { LinkFault } from '../../simulator/network/links'

/** From every machine of the one side to every one of the other, and back. */
export function between(from: readonly string[], to: readonly string[], oneWay: boolean): LinkFault['on'] {
  const [here, there] = [new Set(from), new Set(to)]
  return (a, b) => (here.has(a) && there.has(b)) || (!oneWay && there.has(a) && here.has(b))
}

/** Between machines of different groups. Whoever is in none reaches everybody. */
export function apart(groups: readonly (readonly string[])[]): LinkFault['on'] {
  const sideOf = new Map(groups.flatMap((members, side) => members.map((name) => [name, side] as const)))
  return (from, to) => {
    const [a, b] = [sideOf.get(from), sideOf.get(to)]
    return a !== undefined && b !== undefined && a !== b
  }
}

/** `a, b | c`. */
export function sidesOf(groups: readonly (readonly string[])[]): string {
  return groups.map((members) => members.join(', ')).join(' | ')
}

/** Throws `fault.twice` for a machine that cannot be on two sides. */
export function requireOnce(groups: readonly (readonly string[])[]): void {
  const all = groups.flat()
  const twice = all.find((name, index) => all.indexOf(name) !== index)
  if (twice !== undefined) throw new EventyardError('fault.twice', { machine: twice })
}

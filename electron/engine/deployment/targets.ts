/** Finds the machines that a scenario means by its words, at the moment when it says them. */
import { bytesOf, type Bytes } from '../../../shared/bytes'
import { EventyardError } from '../../../shared/errors'
import type { Fault, TopologyChange } from '../../../shared/faults'
import type { FaultStep } from '../../../shared/scenario/fault-step'
import type { Step } from '../../../shared/scenario/schema'
import { keySlot } from '../../simulator/cluster/key-slot'

/** What a scenario's words can mean: the machines of a run, simulated or real. */
export interface Surroundings {
  readonly members: readonly Member[]
  /** Whoever is on the network by a name. */
  readonly machines: readonly string[]
  isActor(name: string): boolean
}

/** A node or a Sentinel. */
export interface Member {
  readonly name: string
  readonly isRunning: boolean
  readonly isSentinel: boolean
  readonly role: 'primary' | 'replica'
  /** The name of its primary, where it has one. */
  readonly follows: string | undefined
  /** Whether it believes that a key is its own to serve. */
  serves(key: Bytes): boolean
}

/** A fault of a scenario as one that can be applied. Throws EventyardError where a word means nobody. */
export function resolveFault(run: Surroundings, step: FaultStep): Fault {
  const names = (words: readonly string[] | undefined, of: readonly string[] = []) =>
    resolveTargets(run, words ?? [], of)
  const nodes = (words: readonly string[]) => ({ nodes: names(words) })
  const link = (words: readonly string[]) => {
    const from = names(words)
    return { from, to: names(step.from, from), oneWay: step['one-way'] ?? false }
  }
  if (step.kill) return { kind: 'kill', ...nodes(step.kill) }
  if (step.power) return { kind: 'power', ...nodes(step.power) }
  if (step.stop) return { kind: 'stop', ...nodes(step.stop) }
  if (step.pause) return { kind: 'pause', ...nodes(step.pause) }
  if (step.cut) return { kind: 'cut', ...link(step.cut) }
  if (step.delay) {
    const { by = 0, jitter = 0, bandwidth = 0 } = step
    return { kind: 'delay', ...link(step.delay), delayUs: by, jitterUs: jitter, bytesPerSecond: bandwidth }
  }
  if (step.drop) {
    const { from, to } = link(step.drop)
    return { kind: 'drop', from, to }
  }
  for (const [verb, what] of tricks) {
    const words = step[verb]
    if (words) return { kind: 'flight', from: names(step.from)[0]!, to: names(words)[0]!, what }
  }
  if (step.partition) {
    const groups: string[][] = []
    for (const words of step.partition) groups.push(names(words, groups.flat()))
    return { kind: 'partition', groups }
  }
  if (step['fill-disk']) return { kind: 'fill-disk', ...nodes(step['fill-disk']) }
  if (step['slow-disk']) return { kind: 'slow-disk', ...nodes(step['slow-disk']), syncUs: step.by ?? 0 }
  if (step['jump-clock']) return { kind: 'jump-clock', ...nodes(step['jump-clock']), byUs: step.by ?? 0 }
  return { kind: 'drift', ...nodes(step.drift ?? []), ppm: step.ppm ?? 0 }
}

/** What a step asks of the operator, if anything. Throws EventyardError where a word means nobody. */
export function resolveChange(run: Surroundings, step: Step): TopologyChange | undefined {
  const one = (word: string) => resolveTargets(run, [word])[0]!
  const added = step['add-node']
  if (added) {
    const primary = added['replica-of']
    return { kind: 'add-node', ...(primary === undefined ? {} : { replicaOf: one(primary) }) }
  }
  if (step['add-sentinel']) return { kind: 'add-sentinel' }
  if (step['remove-node'] !== undefined) return { kind: 'remove-node', node: one(step['remove-node']) }
  const move = step['move-slots']
  if (move) {
    const slot = move.of === undefined ? 0 : keySlot(bytesOf(move.of))
    return { kind: 'move-slots', slots: move.slots ?? [[slot, slot]], to: one(move.to) }
  }
  if (step.rebalance) return { kind: 'rebalance' }
  if (step.failover) return { kind: 'failover', replica: one(step.failover.to), how: step.failover.how }
  return step['rolling-restart'] ? { kind: 'rolling-restart' } : undefined
}

const tricks = [
  ['hold', 'hold'],
  ['lose', 'drop'],
  ['duplicate', 'duplicate'],
  ['reorder', 'reorder'],
] as const

/** `of` are the machines that `its-replicas`, `its-primary` and `the-others` refer to. */
export function resolveTargets(run: Surroundings, words: readonly string[], of: readonly string[] = []): string[] {
  return [...new Set(words.flatMap((word) => resolveTarget(run, word, of)))]
}

function resolveTarget(run: Surroundings, word: string, of: readonly string[]): readonly string[] {
  const called = /^(primary-of|replicas-of)\((.+)\)$/s.exec(word)
  if (called) {
    const primary = primaryOf(run, called[2]!)
    return called[1] === 'primary-of' ? [primary] : replicasOf(run, primary)
  }
  switch (word) {
    case 'all-nodes':
      return run.members.map(({ name }) => name)
    case 'the-others':
      return run.machines.filter((name) => !of.includes(name))
    case 'its-replicas':
      return some(
        word,
        of.flatMap((name) => replicasOf(run, name)),
      )
    case 'its-primary':
      return some(
        word,
        of.flatMap((name) => memberOf(run, name).follows ?? []),
      )
    default:
      if (!run.machines.includes(word) && !run.isActor(word)) {
        throw new EventyardError('fault.machine', { machine: word, known: run.machines.join(', ') })
      }
      return [word]
  }
}

function some(word: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) throw new EventyardError('fault.nobody', { word })
  return names
}

/** The primary that serves a key, or of a node's shard, as it is now. */
export function primaryOf({ members }: Pick<Surroundings, 'members'>, keyOrNode: string): string {
  const member = members.find(({ name }) => name === keyOrNode)
  if (member) return member.follows ?? member.name
  const primaries = members.filter(({ isRunning, isSentinel, role }) => isRunning && !isSentinel && role === 'primary')
  const owner = primaries.find((one) => one.serves(bytesOf(keyOrNode)))
  if (!owner) throw new EventyardError('fault.nobody', { word: `primary-of(${keyOrNode})` })
  return owner.name
}

export function replicasOf({ members }: Pick<Surroundings, 'members'>, primary: string): string[] {
  return members.filter(({ follows }) => follows === primary).map(({ name }) => name)
}

function memberOf({ members }: Surroundings, name: string): Member {
  const member = members.find((one) => one.name === name)
  if (!member) {
    throw new EventyardError('node.unknown', { node: name, known: members.map((one) => one.name).join(', ') })
  }
  return member
}

/** Finds the machines that a scenario means by its words, at the moment when it says them. */
import { bytesOf } from '../../../shared/bytes'
import { EventyardError } from '../../../shared/errors'
import type { Fault, TopologyChange } from '../../../shared/faults'
import type { FaultStep } from '../../../shared/scenario/fault-step'
import type { Step } from '../../../shared/scenario/schema'
import { keySlot } from '../../simulator/cluster/key-slot'
import type { NodeProcess } from '../../simulator/node/node-process'
import type { World } from '../world/world'
import { servesKey } from './serves'

/** A fault of a scenario as one that can be applied. Throws EventyardError where a word means nobody. */
export function resolveFault(world: World, step: FaultStep): Fault {
  const names = (words: readonly string[] | undefined, of: readonly string[] = []) =>
    resolveTargets(world, words ?? [], of)
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
export function resolveChange(world: World, step: Step): TopologyChange | undefined {
  const one = (word: string) => resolveTargets(world, [word])[0]!
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
export function resolveTargets(world: World, words: readonly string[], of: readonly string[] = []): string[] {
  return [...new Set(words.flatMap((word) => resolveTarget(world, word, of)))]
}

function resolveTarget(world: World, word: string, of: readonly string[]): readonly string[] {
  const called = /^(primary-of|replicas-of)\((.+)\)$/s.exec(word)
  if (called) {
    const primary = primaryOf(world, called[2]!)
    return called[1] === 'primary-of' ? [primary] : replicasOf(world, primary)
  }
  switch (word) {
    case 'all-nodes':
      return world.processes.map(({ name }) => name)
    case 'the-others':
      return world.machines.filter((name) => !of.includes(name))
    case 'its-replicas':
      return some(
        word,
        of.flatMap((name) => replicasOf(world, name)),
      )
    case 'its-primary':
      return some(
        word,
        of.flatMap((name) => followed(world, world.process(name)) ?? []),
      )
    default:
      if (!world.machines.includes(word) && !world.faults.crew?.has(word)) {
        throw new EventyardError('fault.machine', { machine: word, known: world.machines.join(', ') })
      }
      return [word]
  }
}

function some(word: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) throw new EventyardError('fault.nobody', { word })
  return names
}

/** The primary that serves a key, or of a node's shard, as it is now. */
export function primaryOf(world: World, keyOrNode: string): string {
  const process = world.processes.find(({ name }) => name === keyOrNode)
  if (process) return followed(world, process) ?? process.name
  const primaries = world.processes.filter(
    (one) => one.isRunning && !one.node.sentinel && one.node.replication.role === 'primary',
  )
  const owner = primaries.find(({ node }) => servesKey(node, bytesOf(keyOrNode)))
  if (!owner) throw new EventyardError('fault.nobody', { word: `primary-of(${keyOrNode})` })
  return owner.name
}

export function replicasOf(world: World, primary: string): string[] {
  return world.processes.filter((process) => followed(world, process) === primary).map(({ name }) => name)
}

function followed(world: World, { node }: NodeProcess): string | undefined {
  const { primary } = node.replication
  return primary && world.nameAt(`${primary.host}:${primary.port}`)
}

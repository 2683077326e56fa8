/** CLUSTER's sub-commands that say who serves which slot. */
import type { Bytes } from '../../../shared/bytes'
import { Todo, type Cluster } from '../cluster/cluster'
import { bumpEpoch } from '../cluster/epochs'
import { keySlot, SLOTS } from '../cluster/key-slot'
import { setPrimary } from '../cluster/roles'
import { rangesOf } from '../cluster/slot-bitmap'
import { cString, errors, lower, wrongArity } from '../node/errors'
import { bulks, error, integer, ok, type Reply } from '../resp/reply'
import { isError, readInteger } from './arguments'
import { findNode, readSlot, unknownNode, type ClusterHandler } from './cluster-call'

/** Slots that are to be given to this node or taken away, or what is wrong with them. */
class Selection {
  readonly slots = new Set<number>()
  refusal: Reply | undefined

  constructor(
    private readonly cluster: Cluster,
    private readonly isGiven: boolean,
  ) {}

  add(first: number, last: number): void {
    for (let slot = first; slot <= last && !this.refusal; slot++) {
      const isServed = this.cluster.table.owner(slot) !== undefined
      if (this.isGiven && isServed) this.refusal = error(`ERR Slot ${slot} is already busy`)
      else if (!this.isGiven && !isServed) this.refusal = error(`ERR Slot ${slot} is already unassigned`)
      else if (this.slots.has(slot)) this.refusal = error(`ERR Slot ${slot} specified multiple times`)
      this.slots.add(slot)
    }
  }

  apply(): Reply {
    if (this.refusal) return this.refusal
    const { cluster } = this
    const { table, myself } = cluster
    const losers = new Set([...this.slots].map((slot) => table.owner(slot)))
    for (const slot of this.slots) {
      table.importing.delete(slot)
      if (this.isGiven) table.assign(slot, myself)
      else table.unassign(slot)
    }
    for (const loser of losers) loser?.settleSlots()
    myself.settleSlots()
    cluster.later(Todo.updateState | Todo.save)
    if (cluster.isWatched) this.tell()
    return ok
  }

  private tell(): void {
    const { cluster } = this
    const name = cluster.myself.name
    const ranges = rangesOf([...this.slots].sort((a, b) => a - b))
    const [from, to] = this.isGiven ? [undefined, name] : [name, undefined]
    cluster.tell({ kind: 'slots-moved', ranges, from, to, epoch: cluster.myself.configEpoch })
  }
}

export function changeSlots(isGiven: boolean): ClusterHandler {
  return (cluster, { argv }) => {
    const slots: number[] = []
    for (const text of argv.slice(2)) {
      const slot = readSlot(text)
      if (isError(slot)) return slot
      slots.push(slot)
    }
    const selection = new Selection(cluster, isGiven)
    for (const slot of slots) selection.add(slot, slot)
    return selection.apply()
  }
}

export function changeRanges(isGiven: boolean): ClusterHandler {
  return (cluster, { argv }) => {
    if (argv.length % 2 === 1) return wrongArity(`cluster|${lower(argv[1]!)}`)
    const selection = new Selection(cluster, isGiven)
    for (let at = 2; at < argv.length && !selection.refusal; at += 2) {
      const first = readSlot(argv[at]!)
      if (isError(first)) return first
      const last = readSlot(argv[at + 1]!)
      if (isError(last)) return last
      if (first > last) return error(`ERR start slot number ${first} is greater than end slot number ${last}`)
      selection.add(first, last)
    }
    return selection.apply()
  }
}

export const flushSlots: ClusterHandler = (cluster, { node }) => {
  if (node.keyspace.databases[0]!.size > 0) return error('ERR DB must be empty to perform CLUSTER FLUSHSLOTS.')
  cluster.table.unassignAll(cluster.myself)
  cluster.later(Todo.updateState | Todo.save)
  return ok
}

const wrongAction = error('ERR Invalid CLUSTER SETSLOT action or number of arguments. Try CLUSTER HELP')
const notPrimary = error('ERR Target node is not a master')

export const setSlot: ClusterHandler = (cluster, { argv }) => {
  const { table, myself } = cluster
  if (myself.isReplica) return error('ERR Please use SETSLOT only with masters.')
  const slot = readSlot(argv[2]!)
  if (isError(slot)) return slot
  const action = lower(cString(argv[3]!))
  let refusal: Reply | undefined
  if (action === 'stable' && argv.length === 4) {
    table.importing.delete(slot)
    table.migrating.delete(slot)
    cluster.tell({ kind: 'slot-stable', slot })
  } else if (argv.length !== 5) {
    return wrongAction
  } else if (action === 'migrating') {
    refusal = startMigrating(cluster, slot, argv[4]!)
  } else if (action === 'importing') {
    refusal = startImporting(cluster, slot, argv[4]!)
  } else if (action === 'node') {
    refusal = giveSlot(cluster, slot, argv[4]!)
  } else {
    return wrongAction
  }
  if (refusal) return refusal
  table.version++
  cluster.later(Todo.save | Todo.updateState)
  return ok
}

function startMigrating(cluster: Cluster, slot: number, name: Bytes): Reply | undefined {
  const { table, myself } = cluster
  if (table.owner(slot) !== myself) return error(`ERR I'm not the owner of hash slot ${slot}`)
  const target = findNode(cluster, name)
  if (!target) return error(`ERR I don't know about node ${cString(name)}`)
  if (target.isReplica) return notPrimary
  table.migrating.set(slot, target)
  cluster.tell({ kind: 'slot-migrating', slot, peer: target.name })
  return undefined
}

function startImporting(cluster: Cluster, slot: number, name: Bytes): Reply | undefined {
  const { table, myself } = cluster
  if (table.owner(slot) === myself) return error(`ERR I'm already the owner of hash slot ${slot}`)
  const source = findNode(cluster, name)
  if (!source) return error(`ERR I don't know about node ${cString(name)}`)
  if (source.isReplica) return notPrimary
  table.importing.set(slot, source)
  cluster.tell({ kind: 'slot-importing', slot, peer: source.name })
  return undefined
}

/** The end of a migration, told to both sides. Who has imported the slot makes the others believe it by a new epoch. */
function giveSlot(cluster: Cluster, slot: number, name: Bytes): Reply | undefined {
  const { table, myself, slotKeys } = cluster
  const node = findNode(cluster, name)
  if (!node) return unknownNode(name)
  if (node.isReplica) return notPrimary
  const owner = table.owner(slot)
  const wasMine = owner === myself
  if (wasMine && node !== myself && slotKeys.count(slot) > 0) {
    return error(`ERR Can't assign hashslot ${slot} to a different node while I still hold keys for this hash slot.`)
  }
  if (slotKeys.count(slot) === 0) table.migrating.delete(slot)
  table.unassign(slot)
  table.assign(slot, node)
  owner?.settleSlots()
  node.settleSlots()
  const mayFollow = cluster.node.config.isOn('cluster-allow-replica-migration')
  if (wasMine && node !== myself && myself.slotCount === 0 && mayFollow) setPrimary(cluster, node)
  if (node === myself && table.importing.has(slot)) {
    bumpEpoch(cluster, 'import')
    table.importing.delete(slot)
    cluster.bus.broadcastPong()
  }
  if (owner !== node) {
    const ranges = [[slot, slot] as const]
    cluster.tell({ kind: 'slots-moved', ranges, from: owner?.name, to: node.name, epoch: node.configEpoch })
  }
  return undefined
}

export const slotOfKey: ClusterHandler = (_cluster, { argv }) => integer(keySlot(argv[2]!))

export const countKeys: ClusterHandler = ({ slotKeys }, { argv }) => {
  const slot = readInteger(argv[2]!)
  if (isError(slot)) return slot
  return slot < 0 || slot >= SLOTS ? error('ERR Invalid slot') : integer(slotKeys.count(Number(slot)))
}

export const keysInSlot: ClusterHandler = ({ slotKeys }, { argv }) => {
  const slot = readInteger(argv[2]!)
  if (isError(slot)) return errors.notInteger
  const max = readInteger(argv[3]!)
  if (isError(max)) return errors.notInteger
  if (slot < 0 || slot >= SLOTS || max < 0) return error('ERR Invalid slot or number of keys')
  return bulks(slotKeys.keys(Number(slot), Number(max)))
}

/** A cluster's nodes as lines of text: CLUSTER NODES, and the file that a node keeps them in. */
import { NodeFlag, type ClusterNode } from './cluster-node'
import type { ClusterTable } from './cluster-table'
import { SLOTS } from './key-slot'
import { rangeText } from './slot-bitmap'

const flagNames = [
  [NodeFlag.myself, 'myself'],
  [NodeFlag.primary, 'master'],
  [NodeFlag.replica, 'slave'],
  [NodeFlag.pfail, 'fail?'],
  [NodeFlag.fail, 'fail'],
  [NodeFlag.handshake, 'handshake'],
  [NodeFlag.noAddress, 'noaddr'],
  [NodeFlag.noFailover, 'nofailover'],
] as const

export function flagText(flags: number): string {
  const names = flagNames.filter(([bit]) => flags & bit).map(([, name]) => name)
  return names.length === 0 ? 'noflags' : names.join(',')
}

/** One node as CLUSTER NODES shows it, without a line end. */
export function describeNode(table: ClusterTable, node: ClusterNode): string {
  const hostname = node.hostname === '' ? '' : `,${node.hostname}`
  const isConnected = node.link !== undefined || node.isMyself
  const words = [
    node.name,
    `${node.ip}:${node.port}@${node.busPort}${hostname}`,
    flagText(node.flags),
    node.primary?.name ?? '-',
    node.pingSentMs,
    node.pongReceivedMs,
    node.slotsEpoch,
    isConnected ? 'connected' : 'disconnected',
    ...node.ranges.map(rangeText),
  ]
  if (node.isMyself && table.migrating.size + table.importing.size > 0) words.push(...openSlots(table))
  return words.join(' ')
}

/** `[93->-id]` is on its way to another node, `[93-<-id]` comes from one. */
function openSlots({ migrating, importing }: ClusterTable): string[] {
  const slots = [...new Set([...migrating.keys(), ...importing.keys()])].sort((a, b) => a - b)
  return slots.map((slot) => {
    const target = migrating.get(slot)
    return target ? `[${slot}->-${target.name}]` : `[${slot}-<-${importing.get(slot)!.name}]`
  })
}

/** All nodes, a line each; without those that have one of the flags. */
export function describeNodes(table: ClusterTable, without = 0): string {
  let text = ''
  for (const node of table.nodes.values()) if (!(node.flags & without)) text += `${describeNode(table, node)}\n`
  return text
}

export function configText(table: ClusterTable): string {
  const epochs = `vars currentEpoch ${table.currentEpoch} lastVoteEpoch ${table.lastVoteEpoch}\n`
  return describeNodes(table, NodeFlag.handshake) + epochs
}

/** Fills an empty table from the file's text. False when that is no such file. */
export function readConfig(table: ClusterTable, text: string, nowMs: number): boolean {
  let hasMyself = false
  const nodeOf = (name: string) => table.find(name) ?? table.add(name, 0, nowMs)
  for (const line of text.split('\n')) {
    if (line === '') continue
    const words = line.trim().split(/\s+/)
    if (words[0]!.toLowerCase() === 'vars') {
      if (words.length % 2 === 0) return false
      readEpochs(table, words)
      continue
    }
    if (words.length < 8) return false
    const node = nodeOf(words[0]!)
    if (!readAddress(node, words[1]!) || !readFlags(node, words[2]!, nowMs)) return false
    if (node.isMyself) {
      if (hasMyself) return false
      hasMyself = true
      table.myself = node
    }
    if (!words[3]!.startsWith('-')) {
      node.primary = nodeOf(words[3]!)
      node.primary.addReplica(node)
    }
    if (Number.parseInt(words[4]!, 10)) node.pingSentMs = nowMs
    if (Number.parseInt(words[5]!, 10)) node.pongReceivedMs = nowMs
    node.configEpoch = Number.parseInt(words[6]!, 10) || 0
    for (const word of words.slice(8)) if (!readSlots(table, node, word, nodeOf)) return false
    node.settleSlots()
  }
  table.currentEpoch = table.maxEpoch
  return hasMyself
}

function readEpochs(table: ClusterTable, words: readonly string[]): void {
  for (let at = 1; at < words.length; at += 2) {
    const value = Number.parseInt(words[at + 1]!, 10) || 0
    if (words[at]!.toLowerCase() === 'currentepoch') table.currentEpoch = value
    else if (words[at]!.toLowerCase() === 'lastvoteepoch') table.lastVoteEpoch = value
  }
}

function readAddress(node: ClusterNode, word: string): boolean {
  const [address, hostname = ''] = word.split(',') as [string, string?]
  const parts = /^(.*):(\d+)(?:@(\d+))?$/.exec(address)
  if (!parts) return false
  const port = Number(parts[2])
  node.locate({ ip: parts[1]!, port, busPort: parts[3] === undefined ? port + 10_000 : Number(parts[3]) })
  node.hostname = hostname
  return true
}

function readFlags(node: ClusterNode, word: string, nowMs: number): boolean {
  for (const name of word.toLowerCase().split(',')) {
    if (name === 'noflags') continue
    const flag = flagNames.find(([, known]) => known === name)
    if (!flag) return false
    node.flags |= flag[0]
    if (name === 'fail') node.failedMs = nowMs
  }
  return true
}

function readSlots(
  table: ClusterTable,
  node: ClusterNode,
  word: string,
  nodeOf: (name: string) => ClusterNode,
): boolean {
  const open = /^\[(\d+)-([<>])-([a-z0-9]+)\]$/.exec(word)
  if (open) {
    const slots = open[2] === '>' ? table.migrating : table.importing
    slots.set(Number(open[1]), nodeOf(open[3]!))
    return Number(open[1]) < SLOTS
  }
  const range = /^(\d+)(?:-(\d+))?$/.exec(word)
  if (!range) return false
  const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])]
  if (last >= SLOTS) return false
  for (let slot = first; slot <= last; slot++) if (!table.owner(slot)) table.assign(slot, node)
  return true
}

import type { Command } from '../node/command'
import { array, bulk, integer, map, set, simple, type Reply } from '../resp/reply'
import { metadataOf } from './metadata'

/** A command as COMMAND INFO shows it. */
export function infoReply(command: Command): Reply {
  const metadata = metadataOf(command.fullName)!
  const [first, last, step] = metadata.keys as [number, number, number]
  return array([
    bulk(command.fullName),
    integer(metadata.arity),
    statuses(metadata.flags),
    integer(first),
    integer(last),
    integer(step),
    statuses(metadata.acl.map((category) => `@${category}`)),
    set(metadata.tips.map(bulk)),
    set(metadata.keySpecs.map((spec) => valueReply('key_spec', spec))),
    // An oddity of 7.0: without sub-commands it is an empty set, with them it is an array.
    command.subcommands ? array([...command.subcommands.values()].map(infoReply)) : set([]),
  ])
}

/** A command as COMMAND DOCS shows it. */
export function docsReply(command: Command): Reply {
  const fields = Object.entries(metadataOf(command.fullName)!.docs)
  const items = fields.flatMap(([name, value]) => [bulk(name), valueReply(name, value)])
  if (!command.subcommands) return map(items)
  const subcommands = [...command.subcommands.values()]
  return map([
    ...items,
    bulk('subcommands'),
    map(subcommands.flatMap((subcommand) => [bulk(subcommand.fullName), docsReply(subcommand)])),
  ])
}

function statuses(names: readonly string[]): Reply {
  return set(names.map(simple))
}

/** Flags are sets of statuses, a history is a set of pairs; all else follows from the value's own shape. */
function valueReply(name: string, value: unknown): Reply {
  if (typeof value === 'number') return integer(value)
  if (typeof value === 'string') return bulk(value)
  if (name === 'flags' || name === 'doc_flags') return statuses(value as readonly string[])
  if (Array.isArray(value)) {
    const items = value.map((item) => valueReply('', item))
    return name === 'history' ? set(items) : array(items)
  }
  const entries = Object.entries(value as Record<string, unknown>)
  return map(entries.flatMap(([key, item]) => [bulk(key), valueReply(key, item)]))
}

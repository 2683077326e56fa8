import type { Bytes } from '../../../shared/bytes'
import type { Command } from '../node/command'
import { keysOf } from '../node/command-keys'
import type { Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import type { RedisNode } from '../node/redis-node'
import { globMatches } from '../../../shared/glob'
import { array, bulk, bulks, error, integer, map, nothing, set, simple, type Reply } from '../resp/reply'
import { docsReply, infoReply } from './command-replies'
import { keyFlags } from './key-flags'

export const count: Handler = ({ node }) => integer(node.commands.all.size)

export const all: Handler = ({ node }) => array([...node.commands.all.values()].map(infoReply))

export const info: Handler = (call) => {
  const names = call.argv.slice(2)
  if (names.length === 0) return all(call)
  return array(
    names.map((name) => {
      const command = call.node.commands.findByFullName(name)
      return command ? infoReply(command) : nothing
    }),
  )
}

export const docs: Handler = ({ node, argv }) => {
  const names = argv.slice(2)
  const commands =
    names.length === 0 ? [...node.commands.all.values()] : names.map((name) => node.commands.findByFullName(name))
  return map(commands.flatMap((command) => (command ? [bulk(command.fullName), docsReply(command)] : [])))
}

function withSubcommands(node: RedisNode): Command[] {
  return [...node.commands.all.values()].flatMap((command) => [command, ...(command.subcommands?.values() ?? [])])
}

export const list: Handler = ({ node, argv }) => {
  if (argv.length === 2) return bulks(withSubcommands(node).map(({ fullName }) => fullName))
  if (argv.length !== 5 || lower(cString(argv[2]!)) !== 'filterby') return errors.syntax
  const filter = readFilter(lower(cString(argv[3]!)), argv[4]!)
  if (!filter) return errors.syntax
  return bulks(
    withSubcommands(node)
      .filter(filter)
      .map(({ fullName }) => fullName),
  )
}

function readFilter(kind: string, value: Bytes): ((command: Command) => boolean) | undefined {
  switch (kind) {
    // There are no modules.
    case 'module':
      return () => false
    case 'aclcat':
      return ({ spec }) => (spec.acl as readonly string[]).includes(lower(value))
    case 'pattern':
      return ({ fullName }) => globMatches(value, fullName, true)
    default:
      return undefined
  }
}

/** The keys of a whole command line, as places and with what it does to each; or why there are none. */
function findKeys(
  node: RedisNode,
  argv: readonly Bytes[],
): { argv: readonly Bytes[]; places: readonly number[]; command: Command } | Reply {
  const line = argv.slice(2)
  const command = node.commands.find(line)
  if (!command) return error('ERR Invalid command specified')
  const places = command.spec.keys.find === 'range' && command.spec.keys.notKey ? [] : keysOf(command.spec.keys, line)
  const mayHaveKeys =
    command.spec.keys.find !== 'none' && !(command.spec.keys.find === 'range' && command.spec.keys.notKey)
  if (!mayHaveKeys) return error('ERR The command has no key arguments')
  if (!command.acceptsCount(line.length)) return error('ERR Invalid number of arguments specified for command')
  return { argv: line, places, command }
}

const noKeysFound = error('ERR Invalid arguments specified for command')

function lacksKeys({ command, places }: { command: Command; places: readonly number[] }): boolean {
  return places.length === 0 && !command.has('no_mandatory_keys')
}

export const getkeys: Handler = ({ node, argv }) => {
  const found = findKeys(node, argv)
  if ('kind' in found) return found
  if (lacksKeys(found)) return noKeysFound
  return bulks(found.places.map((at) => found.argv[at]!))
}

export const getkeysandflags: Handler = ({ node, argv }) => {
  const found = findKeys(node, argv)
  if ('kind' in found) return found
  if (lacksKeys(found)) return noKeysFound
  const { command, places } = found
  return array(places.map((at) => array([bulk(found.argv[at]!), set(keyFlags(command, at, found.argv).map(simple))])))
}

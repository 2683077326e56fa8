import type { Bytes } from '../../../shared/bytes'
import type { AclLogEntry } from '../acl/acl-log'
import { categories, commandsOf } from '../acl/known-commands'
import { denialOf } from '../acl/permissions'
import { hasBlanks, type Selector } from '../acl/selector'
import type { Handler } from '../node/command-spec'
import { cString, lower, unknownSubcommandOrArguments, wrongArity } from '../node/errors'
import { array, bulk, bulks, double, error, integer, map, nothing, ok, set, type Reply } from '../resp/reply'
import { isError, readInteger } from './arguments'

export const cat: Handler = ({ argv }) => {
  if (argv.length > 3) return unknownSubcommandOrArguments('ACL', argv[1]!)
  if (argv.length === 2) return bulks(categories)
  const commands = commandsOf(lower(argv[2]!))
  if (!commands) return error(`ERR Unknown category '${cString(argv[2]!).slice(0, 128)}'`)
  return bulks(commands.map(({ fullName }) => fullName))
}

export const deluser: Handler = ({ node, argv }) => {
  let deleted = 0
  for (const name of argv.slice(2)) {
    if (name === 'default') return error("ERR The 'default' user cannot be removed")
    if (node.acl.deleteUser(name)) deleted++
  }
  return integer(deleted)
}

export const dryrun: Handler = ({ node, argv }) => {
  const user = node.acl.find(argv[2]!)
  if (!user) return error(`ERR User '${cString(argv[2]!)}' not found`)
  const line = argv.slice(3)
  const command = node.commands.find(line)
  if (!command) return error(`ERR Command '${cString(line[0]!)}' not found`)
  if (!command.acceptsCount(line.length)) return wrongArity(command.fullName)
  const denial = denialOf(user, command, line)
  if (!denial) return ok
  if (denial.reason === 'command') {
    return bulk(`This user has no permissions to run the '${command.fullName}' command`)
  }
  return bulk(`This user has no permissions to access the '${cString(line[denial.at]!)}' ${denial.reason}`)
}

const BITS_DEFAULT = 256
const BITS_MAX = 4096
const wrongBits = error(
  `ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to ${BITS_MAX}`,
)

export const genpass: Handler = ({ node, argv }) => {
  if (argv.length > 3) return unknownSubcommandOrArguments('ACL', argv[1]!)
  const bits = argv[2] === undefined ? BITS_DEFAULT : readInteger(argv[2])
  if (isError(bits)) return bits
  if (bits <= 0 || bits > BITS_MAX) return wrongBits
  return bulk(node.random.hex(Math.ceil(Number(bits) / 4)))
}

export const getuser: Handler = ({ node, argv }) => {
  const user = node.acl.find(argv[2]!)
  if (!user) return nothing
  const [root, ...others] = user.selectors as readonly [Selector, ...Selector[]]
  return map([
    bulk('flags'),
    set(user.flags.map(bulk)),
    bulk('passwords'),
    bulks(user.passwords),
    ...selectorFields(root),
    bulk('selectors'),
    array(others.map((selector) => map(selectorFields(selector)))),
  ])
}

function selectorFields(selector: Selector): Reply[] {
  return [
    bulk('commands'),
    bulk(selector.commands.describe()),
    bulk('keys'),
    bulk(selector.describeKeys()),
    bulk('channels'),
    bulk(selector.describeChannels()),
  ]
}

export const list: Handler = ({ node }) => bulks(node.acl.users.map((user) => user.describe()))

export const users: Handler = ({ node }) => bulks(node.acl.users.map(({ name }) => name))

export const whoami: Handler = ({ client }) => bulk(client.user.name)

const withoutFile = error(
  'ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to store users in the Redis configuration.',
)

/** A simulated node has no files, so it has no ACL file either. */
export const saveOrLoad: Handler = () => withoutFile

const LOG_COUNT_DEFAULT = 10

export const log: Handler = ({ node, argv }) => {
  if (argv.length > 3) return unknownSubcommandOrArguments('ACL', argv[1]!)
  if (argv[2] !== undefined && lower(argv[2]) === 'reset') {
    node.acl.log.reset()
    return ok
  }
  const count = argv[2] === undefined ? LOG_COUNT_DEFAULT : readInteger(argv[2])
  if (isError(count)) return count
  return array(node.acl.log.newest(Number(count)).map((entry) => logEntry(entry, node.nowMs)))
}

function logEntry({ count, reason, context, object, user, atMs, clientInfo }: AclLogEntry, nowMs: number): Reply {
  return map([
    bulk('count'),
    integer(count),
    bulk('reason'),
    bulk(reason),
    bulk('context'),
    bulk(context),
    bulk('object'),
    bulk(object),
    bulk('username'),
    bulk(user),
    bulk('age-seconds'),
    double((nowMs - atMs) / 1000),
    bulk('client-info'),
    bulk(clientInfo),
  ])
}

export const setuser: Handler = ({ node, client, argv }) => {
  // Redis hides the name, too.
  client.secrets = argv.map((_, at) => at).slice(2)
  if (hasBlanks(argv[2]!)) return error("ERR Usernames can't contain spaces or null characters")
  const rules = mergeSelectors(argv.slice(3))
  if ('unmatched' in rules) {
    return error(`ERR Unmatched parenthesis in acl selector starting at '${cString(rules.unmatched)}'.`)
  }
  const wrong = node.acl.setUser(argv[2]!, rules.merged)
  if (!wrong) return ok
  return error(`ERR Error in ACL SETUSER modifier '${cString(wrong.rule)}': ${wrong.refusal}`)
}

/** A selector may come as one argument, `(+get ~a)`, or in several, `(+get` and `~a)`. */
function mergeSelectors(
  rules: readonly Bytes[],
): { readonly merged: readonly Bytes[] } | { readonly unmatched: Bytes } {
  const merged: Bytes[] = []
  let open: { readonly first: Bytes; text: string } | undefined
  for (const rule of rules) {
    if (open) open.text += ` ${rule}`
    else if (rule.startsWith('(') && !rule.endsWith(')')) open = { first: rule, text: rule }
    else merged.push(rule)
    if (open && rule.endsWith(')')) {
      merged.push(open.text as Bytes)
      open = undefined
    }
  }
  return open ? { unmatched: open.first } : { merged }
}

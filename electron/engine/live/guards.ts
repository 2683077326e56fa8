/** What must not be sent to somebody's own servers: nothing that writes where that was ruled out, nothing dangerous unasked. */
import type { Bytes } from '../../../shared/bytes'
import { EventyardError } from '../../../shared/errors'
import { isHarmless } from '../../simulator/node/peek'
import { CommandTable } from '../../simulator/node/command-table'

const table = new CommandTable()

/** They write no key and change the server all the same. */
const CHANGING = [
  'acl|deluser',
  'acl|load',
  'acl|save',
  'acl|setuser',
  'bgrewriteaof',
  'bgsave',
  'config|resetstat',
  'config|rewrite',
  'config|set',
  'debug',
  'failover',
  'replicaof',
  'save',
  'shutdown',
  'slaveof',
]

/** They stop a busy server, empty it, or change it for everybody. */
const DANGEROUS = [...CHANGING, 'flushall', 'flushdb', 'keys', 'monitor', 'swapdb', 'script|kill', 'script|flush']

/** Why a read-only connection does not send this; undefined where it may. */
export function refusalOfWrites(argv: readonly string[]): EventyardError | undefined {
  const name = nameOf(argv)
  const command = table.find(argv as readonly Bytes[])
  const writes =
    command?.has('write') === true ||
    CHANGING.includes(name) ||
    // A script may do anything, unless it is called by the command that lets it only read.
    (/^(eval|evalsha|fcall)$/.test(name) && !name.endsWith('_ro'))
  return writes ? new EventyardError('connection.read-only', { command: shown(name) }) : undefined
}

/** Why this is not sent by who only looks, in the words that a simulated node has for it; undefined where it may be. */
export function refusalToLook(argv: readonly Bytes[]): string | undefined {
  const command = table.find(argv)
  if (command && isHarmless(command)) return undefined
  return `ERR ${command?.fullName ?? argv[0] ?? ''} cannot be peeked at: it is not a read-only command`
}

/** Throws `connection.dangerous` for what could harm others, unless a person has confirmed it. */
export function requireConfirmation(argv: readonly string[], isConfirmed: boolean): void {
  const name = nameOf(argv)
  if (!isConfirmed && DANGEROUS.includes(name)) {
    throw new EventyardError('connection.dangerous', { command: shown(name) })
  }
}

/** `config|set`, as the tables have it. */
function nameOf(argv: readonly string[]): string {
  const name = (argv[0] ?? '').toLowerCase()
  const command = table.find(argv as readonly Bytes[])
  if (command) return command.fullName
  return /^(acl|config|script)$/.test(name) ? `${name}|${(argv[1] ?? '').toLowerCase()}` : name
}

function shown(name: string): string {
  return name.replace('|', ' ').toUpperCase()
}

import type { Bytes } from '../../../shared/bytes'
import { keyFlags } from '../commands/key-flags'
import type { Command } from '../node/command'
import { keysOf } from '../node/command-keys'
import type { Selector } from './selector'
import type { User } from './user'

/** Why a user may not do something; `at` is the argument's place. */
export interface Denial {
  readonly reason: 'command' | 'key' | 'channel'
  readonly at: number
}

const COMMAND_DENIED: Denial = { reason: 'command', at: 0 }
/** Of the denials of several selectors the one that came nearest to success is told. */
const RANKS = { command: 1, key: 2, channel: 3 } as const

/** Gives undefined when one of the user's selectors lets the whole command pass. */
export function denialOf(user: User, command: Command, argv: readonly Bytes[]): Denial | undefined {
  let told = COMMAND_DENIED
  for (const selector of user.selectors) {
    const denial = check(selector, command, argv)
    if (!denial) return undefined
    const rank = RANKS[denial.reason] - RANKS[told.reason]
    if (rank > 0 || (rank === 0 && denial.at > told.at)) told = denial
  }
  return told
}

function check(selector: Selector, command: Command, argv: readonly Bytes[]): Denial | undefined {
  const first = argv[command.parent ? 2 : 1]
  if (!command.isAllowedUnauthenticated && !selector.commands.allows(command.fullName, first)) return COMMAND_DENIED
  const key = selector.allKeys ? undefined : firstForbiddenKey(selector, command, argv)
  if (key !== undefined) return { reason: 'key', at: key }
  const channel = selector.allChannels ? undefined : firstForbiddenChannel(selector, command, argv)
  return channel === undefined ? undefined : { reason: 'channel', at: channel }
}

function firstForbiddenKey(selector: Selector, command: Command, argv: readonly Bytes[]): number | undefined {
  const spec = command.spec.keys
  if (spec.find === 'none' || (spec.find === 'range' && spec.notKey)) return undefined
  return keysOf(spec, argv).find((at) => {
    const flags = keyFlags(command, at, argv)
    const reads = flags.includes('access')
    const writes = flags.includes('insert') || flags.includes('delete') || flags.includes('update')
    return !selector.allowsKey(argv[at]!, { reads, writes })
  })
}

/** Nobody is kept from leaving a channel. */
function firstForbiddenChannel(selector: Selector, command: Command, argv: readonly Bytes[]): number | undefined {
  const isAllowed = (at: number, isPattern = false) => selector.allowsChannel(argv[at]!, isPattern)
  switch (command.fullName) {
    case 'publish':
    case 'spublish':
      return isAllowed(1) ? undefined : 1
    case 'subscribe':
    case 'ssubscribe':
    case 'psubscribe': {
      const isPattern = command.fullName === 'psubscribe'
      const at = argv.findIndex((_, index) => index > 0 && !isAllowed(index, isPattern))
      return at === -1 ? undefined : at
    }
    default:
      return undefined
  }
}

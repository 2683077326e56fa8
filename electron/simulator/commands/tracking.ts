import type { Bytes } from '../../../shared/bytes'
import type { Client } from '../node/client'
import type { Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import type { RedisNode } from '../node/redis-node'
import type { Tracking } from '../node/tracking'
import { array, bulk, bulks, error, integer, map, ok, set, type Reply } from '../resp/reply'
import { isError, readInteger } from './arguments'

interface Options {
  redirect: number
  isBroadcast: boolean
  optin: boolean
  optout: boolean
  isDeafToItself: boolean
  prefixes: Bytes[]
}

type ErrorReply = Extract<Reply, { kind: 'error' }>

function readOptions(node: RedisNode, argv: readonly Bytes[]): Options | ErrorReply {
  const options: Options = {
    redirect: 0,
    isBroadcast: false,
    optin: false,
    optout: false,
    isDeafToItself: false,
    prefixes: [],
  }
  for (let at = 3; at < argv.length; at++) {
    const option = lower(cString(argv[at]!))
    const hasValue = at + 1 < argv.length
    if (option === 'redirect' && hasValue) {
      if (options.redirect !== 0) return error('ERR A client can only redirect to a single other client') as ErrorReply
      const id = readInteger(argv[++at]!)
      if (isError(id)) return id
      if (!node.clients.has(Number(id))) {
        return error('ERR The client ID you want redirect to does not exist') as ErrorReply
      }
      options.redirect = Number(id)
    } else if (option === 'bcast') options.isBroadcast = true
    else if (option === 'optin') options.optin = true
    else if (option === 'optout') options.optout = true
    else if (option === 'noloop') options.isDeafToItself = true
    else if (option === 'prefix' && hasValue) options.prefixes.push(argv[++at]!)
    else return errors.syntax as ErrorReply
  }
  return options
}

/** Why tracking cannot be turned on like this, if it cannot. */
function findClash(options: Options, current: Tracking | undefined): string | undefined {
  if (!options.isBroadcast && options.prefixes.length > 0) return 'PREFIX option requires BCAST mode to be enabled'
  if (current && current.isBroadcast !== options.isBroadcast) {
    return "You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with a different mode."
  }
  if (options.isBroadcast && (options.optin || options.optout)) return 'OPTIN and OPTOUT are not compatible with BCAST'
  if (options.optin && options.optout) return "You can't specify both OPTIN mode and OPTOUT mode"
  if ((options.optin && current?.choice === 'optout') || (options.optout && current?.choice === 'optin')) {
    return "You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with a different mode."
  }
  return options.isBroadcast ? findOverlap(options.prefixes, current?.prefixes ?? []) : undefined
}

function findOverlap(added: readonly Bytes[], existing: readonly Bytes[]): string | undefined {
  const overlaps = (a: Bytes, b: Bytes) => a.startsWith(b) || b.startsWith(a)
  const end = 'Prefixes for a single client must not overlap.'
  for (const [index, prefix] of added.entries()) {
    const old = existing.find((other) => overlaps(prefix, other))
    if (old !== undefined) {
      return `Prefix '${cString(prefix)}' overlaps with an existing prefix '${cString(old)}'. ${end}`
    }
    const other = added.slice(index + 1).find((later) => overlaps(prefix, later))
    if (other !== undefined) {
      return `Prefix '${cString(prefix)}' overlaps with another provided prefix '${cString(other)}'. ${end}`
    }
  }
  return undefined
}

function turnOn(node: RedisNode, client: Client, options: Options): void {
  const before = client.tracking
  const prefixes = options.isBroadcast ? [...(before?.prefixes ?? []), ...options.prefixes] : []
  node.tracking.turnOn(client, {
    redirect: options.redirect,
    isBroadcast: options.isBroadcast,
    // Without any prefix a broadcasting client hears of every key.
    prefixes: options.isBroadcast && prefixes.length === 0 ? ['' as Bytes] : [...new Set(prefixes)].sort(),
    choice: options.optin ? 'optin' : options.optout ? 'optout' : 'all',
    isDeafToItself: options.isDeafToItself,
    isRedirectBroken: false,
    isChosen: before?.isChosen ?? false,
  })
}

export const tracking: Handler = ({ node, client, argv }) => {
  const options = readOptions(node, argv)
  if (isError(options)) return options as Reply
  const wanted = lower(cString(argv[2]!))
  if (wanted === 'off') {
    node.tracking.turnOff(client)
    return ok
  }
  if (wanted !== 'on') return errors.syntax
  const clash = findClash(options as Options, client.tracking)
  if (clash !== undefined) return error(`ERR ${clash}`)
  turnOn(node, client, options as Options)
  return ok
}

export const caching: Handler = ({ client, argv }) => {
  const current = client.tracking
  if (!current) {
    return error(
      'ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled',
    )
  }
  const answer = lower(cString(argv[2]!))
  if (answer !== 'yes' && answer !== 'no') return errors.syntax
  const mode = answer === 'yes' ? 'optin' : 'optout'
  if (current.choice !== mode) {
    return error(
      `ERR CLIENT CACHING ${answer.toUpperCase()} is only valid when tracking is enabled in ${mode.toUpperCase()} mode.`,
    )
  }
  current.isChosen = true
  return ok
}

export const getredir: Handler = ({ client }) => integer(client.tracking?.redirect ?? -1)

export const trackinginfo: Handler = ({ client }) => {
  const current = client.tracking
  const flags = current ? flagsOf(current) : ['off']
  return map([
    bulk('flags'),
    set(flags.map(bulk)),
    bulk('redirect'),
    integer(current?.redirect ?? -1),
    bulk('prefixes'),
    current ? bulks(current.prefixes) : array([]),
  ])
}

function flagsOf({ isBroadcast, choice, isChosen, isDeafToItself, isRedirectBroken }: Tracking): string[] {
  const flags = ['on']
  if (isBroadcast) flags.push('bcast')
  if (choice === 'optin') flags.push('optin', ...(isChosen ? ['caching-yes'] : []))
  if (choice === 'optout') flags.push('optout', ...(isChosen ? ['caching-no'] : []))
  if (isDeafToItself) flags.push('noloop')
  if (isRedirectBroken) flags.push('broken_redirect')
  return flags
}

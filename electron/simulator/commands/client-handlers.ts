import type { Bytes } from '../../../shared/bytes'
import type { User } from '../acl/user'
import { parseInteger } from '../keyspace/value'
import type { Client } from '../node/client'
import { clientLine, clientTypeOf, typeOf, type ClientType } from '../node/client-line'
import type { Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import type { RedisNode } from '../node/redis-node'
import { bulk, error, integer, noReply, nothing, ok, verbatim, type Reply } from '../resp/reply'
import { isError, readInteger } from './arguments'
import { invalidName, isClientName } from './client-name'

export const getname: Handler = ({ client }) => (client.name === '' ? nothing : bulk(client.name))

export const setname: Handler = ({ client, argv }) => {
  if (!isClientName(argv[2]!)) return invalidName
  client.name = argv[2]!
  return ok
}

export const info: Handler = ({ node, client }) => verbatim('txt', `${clientLine(node, client)}\n`)

function unknownType(name: Bytes): Reply {
  return error(`ERR Unknown client type '${cString(name)}'`)
}

export const list: Handler = ({ node, argv }) => {
  const option = argv[2] === undefined ? '' : lower(cString(argv[2]))
  let clients = [...node.clients.values()]
  if (argv.length === 4 && option === 'type') {
    const type = clientTypeOf(cString(argv[3]!))
    if (!type) return unknownType(argv[3]!)
    clients = clients.filter((client) => typeOf(client) === type)
  } else if (argv.length > 3 && option === 'id') {
    const ids = argv.slice(3).map(parseInteger)
    if (ids.includes(undefined)) return error('ERR Invalid client ID')
    clients = ids.map((id) => node.clients.get(Number(id))).filter((client) => client !== undefined)
  } else if (argv.length !== 2) {
    return errors.syntax
  }
  return verbatim('txt', clients.map((client) => `${clientLine(node, client)}\n`).join(''))
}

interface KillFilter {
  id?: number
  addr?: string
  laddr?: string
  type?: ClientType
  user?: User | undefined
  skipsMe: boolean
}

function readKillFilter(node: RedisNode, argv: readonly Bytes[]): KillFilter | Extract<Reply, { kind: 'error' }> {
  const filter: KillFilter = { skipsMe: true }
  for (let at = 2; at < argv.length; at += 2) {
    const value = argv[at + 1]
    if (value === undefined) return syntaxError
    const refusal = readKillOption(node, filter, lower(cString(argv[at]!)), value)
    if (refusal) return refusal as Extract<Reply, { kind: 'error' }>
  }
  return filter
}

const syntaxError = errors.syntax as Extract<Reply, { kind: 'error' }>

function readKillOption(node: RedisNode, filter: KillFilter, option: string, value: Bytes): Reply | undefined {
  switch (option) {
    case 'id': {
      const id = parseInteger(value)
      if (id === undefined || id < 1) return error('ERR client-id should be greater than 0')
      filter.id = Number(id)
      return undefined
    }
    case 'type': {
      const type = clientTypeOf(cString(value))
      if (!type) return unknownType(value)
      filter.type = type
      return undefined
    }
    case 'addr':
      filter.addr = cString(value)
      return undefined
    case 'laddr':
      filter.laddr = cString(value)
      return undefined
    case 'user':
      filter.user = node.acl.find(cString(value) as Bytes)
      return filter.user ? undefined : error(`ERR No such user '${cString(value)}'`)
    case 'skipme': {
      const answer = lower(cString(value))
      if (answer !== 'yes' && answer !== 'no') return errors.syntax
      filter.skipsMe = answer === 'yes'
      return undefined
    }
    default:
      return errors.syntax
  }
}

function isMeant(client: Client, filter: KillFilter): boolean {
  if (filter.id !== undefined && client.id !== filter.id) return false
  if (filter.addr !== undefined && client.transport.remoteAddress !== filter.addr) return false
  if (filter.laddr !== undefined && client.transport.localAddress !== filter.laddr) return false
  if (filter.type !== undefined && typeOf(client) !== filter.type) return false
  return filter.user === undefined || client.user === filter.user
}

export const kill: Handler = ({ node, client, argv }) => {
  // The old form names an address and nothing else.
  const isOldForm = argv.length === 3
  const filter = isOldForm ? { addr: cString(argv[2]!), skipsMe: false } : readKillFilter(node, argv)
  if (isError(filter)) return filter as Reply
  const wanted = filter as KillFilter
  const victims = [...node.clients.values()].filter(
    (other) => isMeant(other, wanted) && !(other === client && wanted.skipsMe),
  )
  for (const victim of victims) if (victim !== client) node.kill(victim, 'CLIENT KILL')
  const killed = victims.length > 0 ? ok : error('ERR No such client')
  const answer = isOldForm ? killed : integer(victims.length)
  if (!victims.includes(client)) return answer
  // A suicide still gets its answer.
  client.answerNow(answer)
  client.closeAfterReply('CLIENT KILL')
  return noReply
}

export const reply: Handler = ({ client, argv }) => {
  switch (lower(cString(argv[2]!))) {
    case 'on':
      client.replyMode = 'on'
      return ok
    case 'off':
      client.replyMode = 'off'
      return noReply
    case 'skip':
      if (client.replyMode !== 'off') client.replyMode = 'skip-next'
      return noReply
    default:
      return errors.syntax
  }
}

export const noEvict: Handler = ({ client, argv }) => {
  const answer = lower(cString(argv[2]!))
  if (answer !== 'on' && answer !== 'off') return errors.syntax
  client.isExemptFromEviction = answer === 'on'
  return ok
}

export const unblock: Handler = ({ node, argv }) => {
  const how = argv.length === 4 ? lower(cString(argv[3]!)) : 'timeout'
  if (how !== 'timeout' && how !== 'error') return error('ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR')
  const id = readInteger(argv[2]!)
  if (isError(id)) return id
  const blocked = node.clients.get(Number(id))?.block
  blocked?.unblock(how)
  return integer(blocked ? 1 : 0)
}

export const pause: Handler = ({ node, argv }) => {
  const mode = argv.length === 4 ? lower(cString(argv[3]!)) : 'all'
  if (mode !== 'write' && mode !== 'all') return error('ERR CLIENT PAUSE mode must be WRITE or ALL')
  const timeout = parseInteger(argv[2]!)
  if (timeout === undefined) return error('ERR timeout is not an integer or out of range')
  if (timeout < 0) return error('ERR timeout is negative')
  node.pause.begin(mode, node.nowMs + Number(timeout))
  return ok
}

export const unpause: Handler = ({ node }) => {
  node.pause.end()
  return ok
}

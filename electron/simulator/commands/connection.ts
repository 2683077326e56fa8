import type { Bytes } from '../../../shared/bytes'
import type { Client } from '../node/client'
import { noKeys, type CommandSpec } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import type { RedisNode } from '../node/redis-node'
import { parseInteger } from '../keyspace/value'
import { array, bulk, emptyArray, error, integer, map, ok, pong, simple, type Reply } from '../resp/reply'
import { isError, readInt } from './arguments'
import { clientCommand } from './client'
import { invalidName, isClientName } from './client-name'

function hello(node: RedisNode, client: Client, argv: readonly Bytes[]): Reply {
  let at = 1
  let version: number | bigint | undefined
  if (argv.length > at) {
    version = parseInteger(argv[at++]!)
    if (version === undefined) return error('ERR Protocol version is not an integer or out of range')
    if (version < 2 || version > 3) return error('NOPROTO unsupported protocol version')
  }
  let login: readonly [Bytes, Bytes] | undefined
  let name: Bytes | undefined
  for (; at < argv.length; at++) {
    const left = argv.length - 1 - at
    const option = lower(argv[at]!)
    if (option === 'auth' && left >= 2) {
      login = [argv[at + 1]!, argv[at + 2]!]
      client.secrets = [at + 1, at + 2]
      at += 2
    } else if (option === 'setname' && left >= 1) {
      name = argv[++at]!
    } else {
      return error(`ERR Syntax error in HELLO option '${cString(argv[at]!)}'`)
    }
  }
  if (login && !node.acl.authenticate(client, argv[0]!, login[0], login[1])) return errors.wrongPassword
  if (!client.isAuthenticated) {
    return error(
      'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time',
    )
  }
  if (name !== undefined) {
    if (!isClientName(name)) return invalidName
    client.name = name
  }
  if (version !== undefined) client.resp = version === 3 ? 3 : 2
  return map([
    bulk('server'),
    bulk('redis'),
    bulk('version'),
    bulk('7.0.15'),
    bulk('proto'),
    integer(client.resp),
    bulk('id'),
    integer(client.id),
    bulk('mode'),
    bulk(node.sentinel ? 'sentinel' : node.cluster ? 'cluster' : 'standalone'),
    ...(node.sentinel ? [] : [bulk('role'), bulk(node.replication.role === 'primary' ? 'master' : 'replica')]),
    bulk('modules'),
    emptyArray,
  ])
}

export const connectionCommands = [
  {
    name: 'hello',
    summary: 'Handshake with Redis',
    arity: -1,
    flags: ['noscript', 'loading', 'stale', 'fast', 'no_auth', 'allow_busy', 'sentinel'],
    acl: ['fast', 'connection'],
    keys: noKeys,
    run: ({ node, client, argv }) => hello(node, client, argv),
  },
  {
    name: 'auth',
    summary: 'Authenticate to the server',
    arity: -2,
    flags: ['noscript', 'loading', 'stale', 'fast', 'no_auth', 'sentinel', 'allow_busy'],
    acl: ['fast', 'connection'],
    keys: noKeys,
    run: ({ node, client, argv }) => {
      if (argv.length > 3) return errors.syntax
      client.secrets = [1, 2]
      const [, first, second] = argv
      if (second === undefined && node.acl.defaultUser.needsNoPassword) {
        return error(
          'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
        )
      }
      const [user, password] = second === undefined ? ['default' as Bytes, first!] : [first!, second]
      return node.acl.authenticate(client, argv[0]!, user, password) ? ok : errors.wrongPassword
    },
  },
  {
    name: 'ping',
    summary: 'Ping the server',
    arity: -1,
    flags: ['fast', 'sentinel'],
    acl: ['fast', 'connection'],
    keys: noKeys,
    run: ({ client, argv }) => {
      if (argv.length > 2) return error("ERR wrong number of arguments for 'ping' command")
      // A RESP2 subscriber can read arrays only.
      if (client.isSubscriber && client.resp === 2) return array([bulk('pong'), bulk(argv[1] ?? '')])
      return argv.length === 1 ? pong : bulk(argv[1]!)
    },
  },
  {
    name: 'echo',
    summary: 'Echo the given string',
    arity: 2,
    flags: ['loading', 'stale', 'fast'],
    acl: ['fast', 'connection'],
    keys: noKeys,
    run: ({ argv: [, message] }) => bulk(message!),
  },
  {
    name: 'select',
    summary: 'Change the selected database for the current connection',
    arity: 2,
    flags: ['loading', 'stale', 'fast'],
    acl: ['fast', 'connection'],
    keys: noKeys,
    run: ({ node, client, argv: [, text] }) => {
      const index = readInt(text!)
      if (isError(index)) return index
      if (node.cluster && index !== 0) return error('ERR SELECT is not allowed in cluster mode')
      const db = node.keyspace.databases[index]
      if (db === undefined) return errors.dbOutOfRange
      client.db = db
      return ok
    },
  },
  {
    name: 'quit',
    summary: 'Close the connection',
    arity: -1,
    flags: ['noscript', 'loading', 'stale', 'fast', 'no_auth', 'allow_busy'],
    acl: ['fast', 'connection'],
    keys: noKeys,
    run: ({ client }) => {
      const answer = client.answerNow(ok)
      client.closeAfterReply('quit')
      return answer
    },
  },
  {
    name: 'reset',
    summary: 'Reset the connection',
    arity: 1,
    flags: ['noscript', 'loading', 'stale', 'fast', 'no_auth', 'allow_busy'],
    acl: ['fast', 'connection'],
    keys: noKeys,
    run: ({ node, client }) => {
      node.resetClient(client)
      return simple('RESET')
    },
  },
  clientCommand,
] as const satisfies readonly CommandSpec[]

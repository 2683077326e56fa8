import { parseInteger } from '../keyspace/value'
import type { Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import type { RedisNode } from '../node/redis-node'
import type { Replica } from '../replication/replica'
import { array, bulk, bulks, error, integer, noReply, ok, simple, type Reply } from '../resp/reply'
import type { Bytes } from '../../../shared/bytes'
import { block } from '../node/blocking'
import { isError, readInteger } from './arguments'
import { readTimeout } from './timeout'

const notForReplicas = error(
  'ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if a replica is configured to be writable (which is not the default) writes to replicas are just local and are not propagated.',
)

/** How many replicas have what this client has written. */
export const wait: Handler = (call) => {
  const { node, client } = call
  if (node.replication.primary) return notForReplicas
  const wanted = readInteger(call.argv[1]!)
  if (isError(wanted)) return wanted
  const timeoutMs = readTimeout(call, call.argv[2]!, 'ms')
  if (isError(timeoutMs)) return timeoutMs
  const { replicas } = node.replication
  const offset = client.writtenOffset
  const acknowledged = () => replicas.acknowledged(offset)
  const count = acknowledged()
  if (count >= wanted || client.isExecuting) return integer(count)
  replicas.requestAcks()
  return block(call, {
    type: 'replicas',
    keys: [],
    timeoutMs,
    late: () => integer(acknowledged()),
    serve: () => undefined,
    poll: () => (acknowledged() >= wanted ? integer(acknowledged()) : undefined),
  })
}

export const replicaof: Handler = ({ node, client, argv }) => {
  const { replication } = node
  if (node.config.isOn('cluster-enabled')) return error('ERR REPLICAOF not allowed in cluster mode.')
  if (replication.failover.isOn) return error('ERR REPLICAOF not allowed while failing over.')
  if (lower(argv[1]!) === 'no' && lower(argv[2]!) === 'one') {
    replication.promote()
    return ok
  }
  if (client.replica) return error('ERR Command is not valid when client is a replica.')
  const port = readInteger(argv[2]!)
  if (isError(port)) return error('ERR Invalid master port')
  if (port < 0 || port > 65_535) return error('ERR Invalid master port')
  const { primary } = replication
  if (primary && lower(primary.host) === lower(argv[1]!) && primary.port === Number(port)) {
    return simple('OK Already connected to specified master')
  }
  replication.follow(argv[1]!, Number(port))
  return ok
}

export const role: Handler = ({ node }) => {
  const { replication, sentinel } = node
  if (sentinel) return array([text('sentinel'), bulks(sentinel.primaries.keys())])
  if (!replication.primary) {
    const replicas = replication.replicas.list
      .filter(({ state }) => state === 'online')
      .map(({ host, port, ackOffset }) => array([bulk(host as Bytes), text(port), text(ackOffset)]))
    return array([text('master'), integer(replication.offset), array(replicas)])
  }
  const { host, port } = replication.primary
  const isUp = replication.link === 'up'
  const state = { none: 'none', connect: 'connect', connecting: 'connecting', syncing: 'sync', up: 'connected' }
  return array([
    text('slave'),
    bulk(host as Bytes),
    integer(port),
    text(state[replication.link]),
    integer(isUp ? replication.offset : -1),
  ])
}

function text(value: string | number): Reply {
  return bulk(String(value) as Bytes)
}

/** `REPLCONF name value ...`: what the other side of a replication link has to say. */
export const replconf: Handler = ({ node, client, argv }) => {
  if (argv.length % 2 === 0) return errors.syntax
  for (let at = 1; at < argv.length; at += 2) {
    const value = argv[at + 1]!
    const option = lower(cString(argv[at]!))
    switch (option) {
      case 'listening-port': {
        const port = readInteger(value)
        if (isError(port)) return port
        client.announced = { ...client.announced, port: Number(port) }
        break
      }
      case 'ip-address':
        if (value.length > 255) {
          return error(`ERR REPLCONF ip-address provided by replica instance is too long: ${value.length} bytes`)
        }
        client.announced = { ...client.announced, host: value }
        break
      case 'capa':
        if (lower(value) === 'eof') client.announced = { ...client.announced, takesMark: true }
        if (lower(value) === 'psync2') client.announced = { ...client.announced, knowsSecondId: true }
        break
      case 'ack': {
        const offset = parseInteger(value)
        if (offset !== undefined) node.replication.replicas.acknowledge(client, Number(offset))
        return noReply
      }
      case 'getack':
        if (client.isPrimary) node.replication.sendAckNow()
        return noReply
      case 'rdb-only':
      case 'rdb-filter-only':
        break
      default:
        return error(`ERR Unrecognized REPLCONF option: ${cString(argv[at]!)}`)
    }
  }
  return ok
}

const noPrimaryLink = error("NOMASTERLINK Can't SYNC while not connected with my master")

/** `PSYNC id offset [FAILOVER]`: the client becomes a replica, and its replies end. */
export const psync: Handler = ({ node, client, argv }) => {
  const { replication } = node
  if (client.replica) return noReply
  if (argv.length > 3) {
    if (lower(argv[3]!) !== 'failover') return errors.syntax
    if (argv[1]! !== replication.id) return error('ERR PSYNC FAILOVER replid must match my replid.')
    if (replication.primary) replication.promote()
  }
  if (replication.primary && replication.link !== 'up') return noPrimaryLink
  const from = parseInteger(argv[2]!)
  if (from === undefined && argv[1]! !== '?') return errors.notInteger
  if (argv[1]! !== '?' && replication.canGoOn(argv[1]!, Number(from))) {
    client.append(client.announced.knowsSecondId ? `+CONTINUE ${replication.id}\r\n` : '+CONTINUE\r\n')
    replication.replicas.goOn(client, Number(from))
  } else {
    if (argv[1]! !== '?') node.stats.failedPartialSyncs++
    replication.replicas.startOver(client)
  }
  return noReply
}

/** What replicas sent before there was PSYNC. Such a stream cannot be gone on from. */
export const sync: Handler = ({ node, client }) => {
  const { replication } = node
  if (client.replica) return noReply
  if (replication.primary && replication.link !== 'up') return noPrimaryLink
  replication.replicas.startOver(client, true)
  return noReply
}

export const failover: Handler = ({ node, argv }) => {
  const { failover: current, primary, replicas } = node.replication
  if (node.config.isOn('cluster-enabled')) return error('ERR FAILOVER not allowed in cluster mode.')
  const wish = readFailover(argv)
  if ('kind' in wish) return wish
  if (wish.aborts) {
    if (!current.isOn) return error('ERR No failover in progress.')
    current.abort()
    return ok
  }
  if (current.isOn) return error('ERR FAILOVER already in progress.')
  if (primary) return error('ERR FAILOVER is not valid when server is a replica.')
  if (replicas.size === 0) return error('ERR FAILOVER requires connected replicas.')
  if (wish.isForced && (wish.timeoutMs === 0 || !wish.target)) {
    return error('ERR FAILOVER with force option requires both a timeout and target HOST and IP.')
  }
  const refusal = wish.target && refuseTarget(node, wish.target)
  if (refusal) return refusal
  current.begin(wish)
  return ok
}

function refuseTarget(
  node: RedisNode,
  { host, port }: { readonly host: string; readonly port: number },
): Reply | undefined {
  const isTarget = (replica: Replica) => replica.host === host && replica.port === port
  const replica = node.replication.replicas.list.find(isTarget)
  if (!replica) return error('ERR FAILOVER target HOST and PORT is not a replica.')
  return replica.state === 'online' ? undefined : error('ERR FAILOVER target replica is not online.')
}

interface Wish {
  timeoutMs: number
  isForced: boolean
  aborts: boolean
  target: { readonly host: string; readonly port: number } | undefined
}

function readFailover(argv: readonly Bytes[]): Wish | Extract<Reply, { kind: 'error' }> {
  const wish: Wish = { timeoutMs: 0, isForced: false, aborts: false, target: undefined }
  for (let at = 1; at < argv.length; at++) {
    const word = lower(argv[at]!)
    if (word === 'abort' && argv.length === 2) wish.aborts = true
    else if (word === 'timeout' && at + 1 < argv.length && wish.timeoutMs === 0) {
      const value = readInteger(argv[++at]!)
      if (isError(value)) return value as Extract<Reply, { kind: 'error' }>
      if (value <= 0) return error('ERR FAILOVER timeout must be greater than 0') as Extract<Reply, { kind: 'error' }>
      wish.timeoutMs = Number(value)
    } else if (word === 'to' && at + 2 < argv.length && !wish.target) {
      const port = readInteger(argv[at + 2]!)
      if (isError(port)) return port as Extract<Reply, { kind: 'error' }>
      wish.target = { host: argv[at + 1]!, port: Number(port) }
      at += 2
    } else if (word === 'force' && !wish.isForced) wish.isForced = true
    else return errors.syntax as Extract<Reply, { kind: 'error' }>
  }
  return wish
}

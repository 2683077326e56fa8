/** What one may have a Sentinel do: watch a primary, forget it, fail it over. */
import type { Bytes } from '../../../shared/bytes'
import { globMatches } from '../../../shared/glob'
import type { Handler } from '../node/command-spec'
import { errors, lower } from '../node/errors'
import type { RedisNode } from '../node/redis-node'
import { array, bulk, bulks, error, integer, ok, type Reply } from '../resp/reply'
import { vote } from '../sentinel/election'
import { startFailover } from '../sentinel/failover'
import { processHello } from '../sentinel/hello'
import { findByAddress } from '../sentinel/instance'
import { HELLO_CHANNEL } from '../sentinel/links'
import { resetPrimary } from '../sentinel/primary-address'
import { selectReplica } from '../sentinel/select-replica'
import { isIpAddress, type SimulatedFailure } from '../sentinel/sentinel'
import { integerOf, noSuchPrimary, primaryNamed } from './sentinel-views'

/** The configuration has changed: the answer is whether it could be kept. */
export function flushed(node: RedisNode): Reply {
  return node.sentinel!.flush() ? ok : error('ERR Failed to save config file')
}

export const flushconfig: Handler = ({ node }) => flushed(node)

export const monitor: Handler = ({ node, argv }) => {
  const sentinel = node.sentinel!
  const [, , name, host, portText, quorumText] = argv
  const quorum = integerOf(quorumText!)
  if (quorum === undefined) return error('ERR Invalid quorum')
  const port = integerOf(portText!)
  if (port === undefined) return error('ERR Invalid port')
  if (quorum <= 0) return error('ERR Quorum must be 1 or greater.')
  if (!sentinel.resolvesHostnames && !isIpAddress(host!)) return error('ERR Invalid IP address or hostname specified')
  const added = sentinel.addPrimary(name!, { host: host!, port }, quorum)
  switch (added) {
    case 'duplicate':
      return error('ERR Duplicate master name.')
    case 'host':
      return error("ERR Can't resolve instance hostname.")
    case 'port':
      return error('ERR Invalid port number.')
    default:
      sentinel.tell('+monitor', added, ` quorum ${quorum}`)
      return flushed(node)
  }
}

export const remove: Handler = ({ node, argv }) => {
  const primary = primaryNamed(node, argv[2]!)
  if (!primary) return noSuchPrimary
  node.sentinel!.tell('-monitor', primary)
  node.sentinel!.removePrimary(primary)
  return flushed(node)
}

export const reset: Handler = ({ node, argv }) => {
  const sentinel = node.sentinel!
  const matching = [...sentinel.primaries.values()].filter(({ name }) => globMatches(argv[2]!, name as Bytes))
  for (const primary of matching) {
    resetPrimary(sentinel, primary, false)
    sentinel.tell('+reset-master', primary)
  }
  return integer(matching.length)
}

export const failover: Handler = ({ node, argv }) => {
  const sentinel = node.sentinel!
  const primary = primaryNamed(node, argv[2]!)
  if (!primary) return noSuchPrimary
  if (primary.isFailingOver) return error('INPROG Failover already in progress')
  if (!selectReplica(sentinel, primary)) return error('NOGOODSLAVE No suitable replica to promote')
  startFailover(sentinel, primary)
  primary.isForced = true
  return ok
}

/** `SENTINEL IS-MASTER-DOWN-BY-ADDR ip port epoch id`: another Sentinel asks, and wants a vote unless the ID is `*`. */
export const isMasterDownByAddr: Handler = ({ node, argv }) => {
  const sentinel = node.sentinel!
  const [, , host, portText, epochText, candidate] = argv
  const [port, epoch] = [integerOf(portText!), integerOf(epochText!)]
  if (port === undefined || epoch === undefined) return errors.notInteger
  const primary = findByAddress(sentinel.primaries, { host: host!, port })
  const isDown = primary !== undefined && !sentinel.isTilted && primary.isSubjectivelyDown
  const given = primary && candidate !== '*' ? vote(sentinel, primary, epoch, candidate!) : undefined
  return array([integer(isDown ? 1 : 0), bulk(given?.leader ?? '*'), integer(given?.epoch ?? 0)])
}

const FAILURES: readonly SimulatedFailure[] = ['crash-after-election', 'crash-after-promotion']

export const simulateFailure: Handler = ({ node, argv }) => {
  const { simulatedFailures } = node.sentinel!
  simulatedFailures.clear()
  for (const word of argv.slice(2).map(lower)) {
    const failure = FAILURES.find((one) => one === word)
    if (word === 'help') return bulks(FAILURES)
    if (!failure) return error('ERR Unknown failure simulation specified')
    simulatedFailures.add(failure)
  }
  return ok
}

/** PUBLISH on a Sentinel: other Sentinels say hello by it. */
export const publishHello: Handler = ({ node, argv: [, channel, message] }) => {
  if (channel !== HELLO_CHANNEL) return error('ERR Only HELLO messages are accepted by Sentinel instances.')
  processHello(node.sentinel!, message!)
  return integer(1)
}

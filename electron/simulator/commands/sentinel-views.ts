/** What a Sentinel shows of itself: SENTINEL MASTERS and its like. */
import { isReachable } from '../sentinel/quorum'
import type { Bytes } from '../../../shared/bytes'
import { parseInteger } from '../keyspace/value'
import type { Handler } from '../node/command-spec'
import type { RedisNode } from '../node/redis-node'
import { instanceFields } from '../sentinel/instance-fields'
import type { Instance } from '../sentinel/instance'
import { currentAddress } from '../sentinel/primary-address'
import {
  array,
  bulk,
  bulks,
  emptyArray,
  error,
  integer,
  map,
  nothing,
  nullArray,
  simple,
  type Reply,
} from '../resp/reply'

export const noSuchPrimary = error('ERR No such master with that name')

export function primaryNamed(node: RedisNode, name: Bytes): Instance | undefined {
  return node.sentinel!.primaries.get(name)
}

function instanceReply(instance: Instance): Reply {
  return map(instanceFields(instance).flatMap(([name, value]) => [bulk(name), bulk(String(value))]))
}

function listReply(instances: ReadonlyMap<string, Instance>): Reply {
  return array([...instances.values()].map(instanceReply))
}

export const masters: Handler = ({ node }) => listReply(node.sentinel!.primaries)

export const master: Handler = ({ node, argv }) => {
  const primary = primaryNamed(node, argv[2]!)
  return primary ? instanceReply(primary) : noSuchPrimary
}

export const replicas: Handler = ({ node, argv }) => {
  const primary = primaryNamed(node, argv[2]!)
  return primary ? listReply(primary.replicas) : noSuchPrimary
}

export const sentinels: Handler = ({ node, argv }) => {
  const primary = primaryNamed(node, argv[2]!)
  return primary ? listReply(primary.sentinels) : noSuchPrimary
}

export const myid: Handler = ({ node }) => bulk(node.sentinel!.id)

export const getMasterAddrByName: Handler = ({ node, argv }) => {
  const primary = primaryNamed(node, argv[2]!)
  if (!primary) return nullArray
  const { host, port } = currentAddress(primary)
  return bulks([host, String(port)])
}

export const ckquorum: Handler = ({ node, argv }) => {
  const primary = primaryNamed(node, argv[2]!)
  if (!primary) return noSuchPrimary
  const { usable, hasQuorum, hasMajority } = isReachable(primary)
  if (hasQuorum && hasMajority) {
    return simple(`OK ${usable} usable Sentinels. Quorum and failover authorization can be reached`)
  }
  const problems = [
    ...(hasQuorum ? [] : ['Not enough available Sentinels to reach the specified quorum for this master']),
    ...(hasMajority ? [] : ['Not enough available Sentinels to reach the majority and authorize a failover']),
  ]
  return error(`NOQUORUM ${usable} usable Sentinels. ${problems.join('. ')}`)
}

/** No program is ever run, so none waits. */
export const pendingScripts: Handler = () => emptyArray

export const infoCache: Handler = ({ node, argv }) => {
  const { primaries, nowMs } = node.sentinel!
  const wanted = [...primaries.values()].filter(({ name }) => argv.slice(2).includes(name as Bytes))
  const cached = ({ infoMs, info }: Instance) =>
    array([integer(infoMs === 0 ? 0 : nowMs - infoMs), info === '' ? nothing : bulk(info)])
  return array(
    wanted.flatMap((primary) => [bulk(primary.name), array([primary, ...primary.replicas.values()].map(cached))]),
  )
}

/** An int of C's `getLongFromObject`, for those that say themselves what is wrong. */
export function integerOf(text: Bytes): number | undefined {
  const value = parseInteger(text)
  return value === undefined ? undefined : Number(value)
}

/** What the handlers of CLUSTER's sub-commands have in common. */
import type { Bytes } from '../../../shared/bytes'
import type { Cluster } from '../cluster/cluster'
import type { ClusterNode } from '../cluster/cluster-node'
import { SLOTS } from '../cluster/key-slot'
import { parseInteger } from '../keyspace/value'
import type { Call, Handler } from '../node/command-spec'
import { cString, unknownSubcommandOrArguments } from '../node/errors'
import { error, type Reply } from '../resp/reply'
import type { Parsed } from './arguments'

export type ClusterHandler = (cluster: Cluster, call: Call) => Reply

type Refusal = Extract<Reply, { kind: 'error' }>

export const clusterDisabled = error('ERR This instance has cluster support disabled')
const wrongSlot = error('ERR Invalid or out of range slot') as Refusal

/** Makes a handler that runs in cluster mode only, and takes so many arguments at most. */
export function inCluster(run: ClusterHandler, argumentsMax = Infinity): Handler {
  return (call) => {
    if (!call.node.cluster) return clusterDisabled
    if (call.argv.length > argumentsMax) return unknownSubcommandOrArguments(call.argv[0]!, call.argv[1]!)
    return run(call.node.cluster, call)
  }
}

export function readSlot(text: Bytes): Parsed<number> {
  const slot = parseInteger(text)
  return slot === undefined || slot < 0 || slot >= SLOTS ? wrongSlot : Number(slot)
}

export function findNode({ table }: Cluster, name: Bytes): ClusterNode | undefined {
  return table.find(name)
}

export function unknownNode(name: Bytes): Reply {
  return error(`ERR Unknown node ${cString(name)}`)
}

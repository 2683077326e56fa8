/** CLUSTER's sub-commands that change who belongs to a cluster, who follows whom, and the epochs. */
import { Todo } from '../cluster/cluster'
import { bumpEpoch } from '../cluster/epochs'
import { startHandshake } from '../cluster/handshake'
import { resetCluster } from '../cluster/reset'
import { setPrimary } from '../cluster/roles'
import { parseInteger } from '../keyspace/value'
import { cString, errors, lower } from '../node/errors'
import { error, ok, simple } from '../resp/reply'
import { isError, readInteger } from './arguments'
import { findNode, unknownNode, type ClusterHandler } from './cluster-call'

const BUS_PORT_OFFSET = 10_000

export const meet: ClusterHandler = (cluster, { argv }) => {
  const [, , host, portText, busPortText] = argv
  const port = parseInteger(portText!)
  if (port === undefined) return error(`ERR Invalid TCP base port specified: ${cString(portText!)}`)
  const busPort = busPortText === undefined ? Number(port) + BUS_PORT_OFFSET : parseInteger(busPortText)
  if (busPort === undefined) return error(`ERR Invalid TCP bus port specified: ${cString(busPortText!)}`)
  const isValid = startHandshake(cluster, cString(host!), Number(port), Number(busPort))
  return isValid ? ok : error(`ERR Invalid node address specified: ${cString(host!)}:${cString(portText!)}`)
}

export const forget: ClusterHandler = (cluster, { argv }) => {
  const node = findNode(cluster, argv[2]!)
  if (!node) return unknownNode(argv[2]!)
  if (node.isMyself) return error("ERR I tried hard but I can't forget myself...")
  if (cluster.myself.isReplica && cluster.myself.primary === node) return error("ERR Can't forget my master!")
  cluster.forgotten.add(node.name)
  cluster.remove(node)
  cluster.later(Todo.updateState | Todo.save)
  cluster.tell({ kind: 'node-forgotten', about: node.name, why: 'forgotten' })
  return ok
}

export const replicate: ClusterHandler = (cluster, { node: self, argv }) => {
  const { myself } = cluster
  const node = findNode(cluster, argv[2]!)
  if (!node) return unknownNode(argv[2]!)
  if (node.isMyself) return error("ERR Can't replicate myself")
  if (node.isReplica) return error('ERR I can only replicate a master, not a replica.')
  if (myself.isPrimary && (myself.slotCount > 0 || self.keyspace.databases[0]!.size > 0)) {
    return error('ERR To set a master the node must be empty and without assigned slots.')
  }
  setPrimary(cluster, node)
  cluster.later(Todo.updateState | Todo.save)
  return ok
}

export const failover: ClusterHandler = (cluster, { argv }) => {
  const option = argv[2] === undefined ? '' : lower(cString(argv[2]))
  if (option !== '' && option !== 'force' && option !== 'takeover') return errors.syntax
  const { myself, manual } = cluster
  if (myself.isPrimary) return error('ERR You should send CLUSTER FAILOVER to a replica')
  const { primary } = myself
  if (!primary) return error("ERR I'm a replica but my master is unknown to me")
  if (option === '' && (primary.hasFailed || !primary.link)) {
    return error('ERR Master is down or failed, please use CLUSTER FAILOVER FORCE')
  }
  manual.begin(option === '' ? 'with the primary' : 'forced')
  if (option === 'takeover') {
    bumpEpoch(cluster, 'takeover')
    cluster.election.replacePrimary()
  }
  return ok
}

export const bump: ClusterHandler = (cluster) => {
  const isNew = bumpEpoch(cluster, 'asked for')
  return simple(`${isNew ? 'BUMPED' : 'STILL'} ${cluster.myself.configEpoch}`)
}

export const setConfigEpoch: ClusterHandler = (cluster, { argv }) => {
  const { table, myself } = cluster
  const epoch = readInteger(argv[2]!)
  if (isError(epoch)) return epoch
  if (epoch < 0) return error(`ERR Invalid config epoch specified: ${epoch}`)
  if (table.nodes.size > 1) {
    return error('ERR The user can assign a config epoch only when the node does not know any other node.')
  }
  if (myself.configEpoch !== 0) return error('ERR Node config epoch is already non-zero')
  myself.configEpoch = Number(epoch)
  table.currentEpoch = Math.max(table.currentEpoch, myself.configEpoch)
  cluster.later(Todo.updateState | Todo.save)
  return ok
}

export const saveConfig: ClusterHandler = (cluster) => {
  cluster.save()
  return ok
}

export const reset: ClusterHandler = (cluster, { db, argv }) => {
  const option = argv[2] === undefined ? 'soft' : lower(cString(argv[2]))
  if (option !== 'soft' && option !== 'hard') return errors.syntax
  if (cluster.myself.isPrimary && db.size > 0) {
    return error("ERR CLUSTER RESET can't be called with master nodes containing keys")
  }
  resetCluster(cluster, option === 'hard')
  return ok
}

import { noKeys, type CommandFlag, type CommandSpec } from '../node/command-spec'
import { ok } from '../resp/reply'
import { clusterDisabled, inCluster, type ClusterHandler } from './cluster-call'
import { bump, failover, forget, meet, replicate, reset, saveConfig, setConfigEpoch } from './cluster-members'
import { changeRanges, changeSlots, countKeys, flushSlots, keysInSlot, setSlot, slotOfKey } from './cluster-slots'
import { failureReports, info, links, myId, nodes, replicas, shards, slots } from './cluster-views'
import { helpCommand } from './help'

/** A sub-command that shows something. */
function view(name: string, summary: string, arity: number, run: ClusterHandler): CommandSpec {
  return { name, summary, arity, flags: ['stale'], acl: ['slow'], keys: noKeys, run: inCluster(run) }
}

const changeFlags = ['admin', 'stale', 'no_async_loading'] as const

/** A sub-command for whoever runs the cluster. */
function change(
  name: string,
  summary: string,
  arity: number,
  run: ClusterHandler,
  flags: readonly CommandFlag[] = changeFlags,
  argumentsMax = Infinity,
): CommandSpec {
  return {
    name,
    summary,
    arity,
    flags,
    acl: ['admin', 'slow', 'dangerous'],
    keys: noKeys,
    run: inCluster(run, argumentsMax),
  }
}

const help = helpCommand(
  'cluster',
  ['slow'],
  [
    'ADDSLOTS <slot> [<slot> ...]',
    '    Assign slots to current node.',
    'ADDSLOTSRANGE <start slot> <end slot> [<start slot> <end slot> ...]',
    '    Assign slots which are between <start-slot> and <end-slot> to current node.',
    'BUMPEPOCH',
    '    Advance the cluster config epoch.',
    'COUNT-FAILURE-REPORTS <node-id>',
    '    Return number of failure reports for <node-id>.',
    'COUNTKEYSINSLOT <slot>',
    '    Return the number of keys in <slot>.',
    'DELSLOTS <slot> [<slot> ...]',
    '    Delete slots information from current node.',
    'DELSLOTSRANGE <start slot> <end slot> [<start slot> <end slot> ...]',
    '    Delete slots information which are between <start-slot> and <end-slot> from current node.',
    'FAILOVER [FORCE|TAKEOVER]',
    '    Promote current replica node to being a master.',
    'FORGET <node-id>',
    '    Remove a node from the cluster.',
    'GETKEYSINSLOT <slot> <count>',
    '    Return key names stored by current node in a slot.',
    'FLUSHSLOTS',
    '    Delete current node own slots information.',
    'INFO',
    '    Return information about the cluster.',
    'KEYSLOT <key>',
    '    Return the hash slot for <key>.',
    'MEET <ip> <port> [<bus-port>]',
    '    Connect nodes into a working cluster.',
    'MYID',
    '    Return the node id.',
    'NODES',
    '    Return cluster configuration seen by node. Output format:',
    '    <id> <ip:port> <flags> <master> <pings> <pongs> <epoch> <link> <slot> ...',
    'REPLICATE <node-id>',
    '    Configure current node as replica to <node-id>.',
    'RESET [HARD|SOFT]',
    '    Reset current node (default: soft).',
    'SET-CONFIG-EPOCH <epoch>',
    '    Set config epoch of current node.',
    'SETSLOT <slot> (IMPORTING <node-id>|MIGRATING <node-id>|STABLE|NODE <node-id>)',
    '    Set slot state.',
    'REPLICAS <node-id>',
    '    Return <node-id> replicas.',
    'SAVECONFIG',
    '    Force saving cluster configuration on disk.',
    'SLOTS',
    '    Return information about slots range mappings. Each range is made of:',
    '    start, end, master and replicas IP addresses, ports and ids',
    'SHARDS',
    '    Return information about slot range mappings and the nodes associated with them.',
    'LINKS',
    '    Return information about all network links between this node and its peers.',
    '    Output format is an array where each array element is a map containing attributes of a link',
  ],
)

const subcommands: readonly CommandSpec[] = [
  change('addslots', 'Assign new hash slots to receiving node', -3, changeSlots(true)),
  change('addslotsrange', 'Assign new hash slots to receiving node', -4, changeRanges(true)),
  change('bumpepoch', 'Advance the cluster config epoch', 2, bump),
  change('count-failure-reports', 'Return the number of failure reports active for a given node', 3, failureReports, [
    'admin',
    'stale',
  ]),
  view('countkeysinslot', 'Return the number of local keys in the specified hash slot', 3, countKeys),
  change('delslots', 'Set hash slots as unbound in receiving node', -3, changeSlots(false)),
  change('delslotsrange', 'Set hash slots as unbound in receiving node', -4, changeRanges(false)),
  change('failover', 'Forces a replica to perform a manual failover of its master.', -2, failover, changeFlags, 3),
  change('flushslots', "Delete a node's own slots information", 2, flushSlots),
  change('forget', 'Remove a node from the nodes table', 3, forget),
  view('getkeysinslot', 'Return local key names in the specified hash slot', 4, keysInSlot),
  { ...help, run: (call) => (call.node.cluster ? help.run!(call) : clusterDisabled) },
  view('info', 'Provides info about Redis Cluster node state', 2, info),
  view('keyslot', 'Returns the hash slot of the specified key', 3, slotOfKey),
  view('links', 'Returns a list of all TCP links to and from peer nodes in cluster', 2, links),
  change('meet', 'Force a node cluster to handshake with another node', -4, meet, changeFlags, 5),
  view('myid', 'Return the node id', 2, myId),
  view('nodes', 'Get Cluster config for the node', 2, nodes),
  change('replicas', 'List replica nodes of the specified master node', 3, replicas, ['admin', 'stale']),
  change('replicate', 'Reconfigure a node as a replica of the specified master node', 3, replicate),
  change('reset', 'Reset a Redis Cluster node', -2, reset, ['admin', 'noscript', 'stale'], 3),
  change('saveconfig', 'Forces the node to save cluster state on disk', 2, saveConfig),
  change('set-config-epoch', 'Set the configuration epoch in a new node', 3, setConfigEpoch),
  change('setslot', 'Bind a hash slot to a specific node', -4, setSlot),
  view('shards', 'Get array of cluster slots to node mappings', 2, shards),
  change('slaves', 'List replica nodes of the specified master node', 3, replicas, ['admin', 'stale']),
  view('slots', 'Get array of Cluster slot to node mappings', 2, slots),
]

export const clusterCommands = [
  {
    name: 'cluster',
    summary: 'A container for cluster commands',
    arity: -2,
    flags: [],
    acl: ['slow'],
    keys: noKeys,
    subcommands,
  },
  {
    name: 'asking',
    summary: 'Sent by cluster clients after an -ASK redirect',
    arity: 1,
    flags: ['fast'],
    acl: ['fast', 'connection'],
    keys: noKeys,
    run: inCluster((_cluster, { client }) => {
      client.isAsking = true
      return ok
    }),
  },
  {
    name: 'readonly',
    summary: 'Enables read queries for a connection to a cluster replica node',
    arity: 1,
    flags: ['loading', 'stale', 'fast'],
    acl: ['fast', 'connection'],
    keys: noKeys,
    run: inCluster((_cluster, { client }) => {
      client.readsFromReplica = true
      return ok
    }),
  },
  {
    name: 'readwrite',
    summary: 'Disables read queries for a connection to a cluster replica node',
    arity: 1,
    flags: ['loading', 'stale', 'fast'],
    acl: ['fast', 'connection'],
    keys: noKeys,
    run: inCluster((_cluster, { client }) => {
      client.readsFromReplica = false
      return ok
    }),
  },
] as const satisfies readonly CommandSpec[]

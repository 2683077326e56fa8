import type { Bytes } from '../../../shared/bytes'
import type { Client } from '../node/client'
import { noKeys, type Call, type CommandSpec, type Handler } from '../node/command-spec'
import { Target } from '../node/effects'
import { cString } from '../node/errors'
import type { RedisNode } from '../node/redis-node'
import { globMatches } from '../../../shared/glob'
import { join, leave, type Subscriber } from '../pubsub/pubsub'
import { array, bulk, bulks, error, integer, many, nothing, push, type Reply } from '../resp/reply'
import { helpCommand } from './help'
import { publishHello } from './sentinel-actions'

/** The three things one can subscribe to; their commands differ in these data alone. */
interface Kind {
  readonly joined: string
  readonly left: string
  readonly index: (node: RedisNode) => Map<Bytes, Set<Subscriber>>
  readonly own: (client: Client) => Set<Bytes>
  /** Channels and patterns are counted together, sharded channels apart. */
  readonly count: (client: Client) => number
}

const channelKind: Kind = {
  joined: 'subscribe',
  left: 'unsubscribe',
  index: (node) => node.pubsub.channels,
  own: (client) => client.channels,
  count: (client) => client.subscriptionCount,
}

const patternKind: Kind = {
  joined: 'psubscribe',
  left: 'punsubscribe',
  index: (node) => node.pubsub.patterns,
  own: (client) => client.patterns,
  count: (client) => client.subscriptionCount,
}

const shardKind: Kind = {
  joined: 'ssubscribe',
  left: 'sunsubscribe',
  index: (node) => node.pubsub.shardChannels,
  own: (client) => client.shardChannels,
  count: (client) => client.shardChannels.size,
}

const notInTransaction = error("ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client")

function subscribe(kind: Kind): Handler {
  return ({ node, client, argv }) => {
    // EXEC lets channels and patterns pass, for the sake of clients that always did so, but not what is new.
    if (kind === shardKind && client.isExecuting) return notInTransaction
    const replies = argv.slice(1).map((name) => {
      join(kind.index(node), kind.own(client), name, client)
      return push([bulk(kind.joined), bulk(name), integer(kind.count(client))])
    })
    return many(replies)
  }
}

function unsubscribe(kind: Kind): Handler {
  return ({ node, client, argv }) => {
    const named = argv.slice(1)
    const names = named.length > 0 ? named : [...kind.own(client)]
    const replies = names.map((name) => {
      leave(kind.index(node), kind.own(client), name, client)
      return push([bulk(kind.left), bulk(name), integer(kind.count(client))])
    })
    // Without anything to leave there is still one reply, that names nothing.
    return many(replies.length > 0 ? replies : [push([bulk(kind.left), nothing, integer(kind.count(client))])])
  }
}

function activeChannels(index: ReadonlyMap<Bytes, unknown>, pattern: Bytes | undefined): Reply {
  const names = [...index.keys()]
  return bulks(pattern === undefined ? names : names.filter((name) => globMatches(pattern, name)))
}

function subscriberCounts(index: ReadonlyMap<Bytes, Set<Subscriber>>, names: readonly Bytes[]): Reply {
  return array(names.flatMap((name) => [bulk(name), integer(index.get(name)?.size ?? 0)]))
}

function publish(sharded: boolean): Handler {
  return (call: Call) => {
    const { node, argv } = call
    if (node.sentinel) return publishHello(call)
    const [, channel, message] = argv
    const receivers = node.publish(channel!, message!, sharded)
    // In a cluster the bus carries messages to everybody, replicas too.
    if (node.cluster) node.cluster.bus.publish(channel!, message!, sharded)
    else if (node.effects.isOn) node.effects.force(Target.replicas)
    return integer(receivers)
  }
}

const pubsubFlags = ['pubsub', 'noscript', 'loading', 'stale'] as const
const introspectionFlags = ['pubsub', 'loading', 'stale'] as const
const acl = ['pubsub', 'slow'] as const

const introspection = [
  {
    name: 'channels',
    summary: 'List active channels',
    arity: -2,
    flags: introspectionFlags,
    acl,
    keys: noKeys,
    run: ({ node, argv }) => (argv.length > 3 ? wrongCount(argv) : activeChannels(node.pubsub.channels, argv[2])),
  },
  {
    name: 'numpat',
    summary: 'Get the count of unique patterns pattern subscriptions',
    arity: 2,
    flags: introspectionFlags,
    acl,
    keys: noKeys,
    run: ({ node }) => integer(node.pubsub.patterns.size),
  },
  {
    name: 'numsub',
    summary: 'Get the count of subscribers for channels',
    arity: -2,
    flags: introspectionFlags,
    acl,
    keys: noKeys,
    run: ({ node, argv }) => subscriberCounts(node.pubsub.channels, argv.slice(2)),
  },
  {
    name: 'shardchannels',
    summary: 'List active shard channels',
    arity: -2,
    flags: introspectionFlags,
    acl,
    keys: noKeys,
    run: ({ node, argv }) => (argv.length > 3 ? wrongCount(argv) : activeChannels(node.pubsub.shardChannels, argv[2])),
  },
  {
    name: 'shardnumsub',
    summary: 'Get the count of subscribers for shard channels',
    arity: -2,
    flags: introspectionFlags,
    acl,
    keys: noKeys,
    run: ({ node, argv }) => subscriberCounts(node.pubsub.shardChannels, argv.slice(2)),
  },
  helpCommand(
    'pubsub',
    ['slow'],
    [
      'CHANNELS [<pattern>]',
      "    Return the currently active channels matching a <pattern> (default: '*').",
      'NUMPAT',
      '    Return number of subscriptions to patterns.',
      'NUMSUB [<channel> ...]',
      '    Return the number of subscribers for the specified channels, excluding',
      '    pattern subscriptions(default: no channels).',
      'SHARDCHANNELS [<pattern>]',
      "    Return the currently active shard level channels matching a <pattern> (default: '*').",
      'SHARDNUMSUB [<shardchannel> ...]',
      '    Return the number of subscribers for the specified shard level channel(s)',
    ],
  ),
] as const satisfies readonly CommandSpec[]

function wrongCount(argv: readonly Bytes[]): Reply {
  return error(
    `ERR unknown subcommand or wrong number of arguments for '${cString(argv[1]!).slice(0, 128)}'. Try PUBSUB HELP.`,
  )
}

export const pubsubCommands = [
  {
    name: 'publish',
    summary: 'Post a message to a channel',
    arity: 3,
    flags: ['pubsub', 'loading', 'stale', 'fast', 'may_replicate', 'sentinel'],
    acl: ['pubsub', 'fast'],
    keys: noKeys,
    // Counts the clients of this node only, in a cluster too.
    run: publish(false),
  },
  {
    name: 'spublish',
    summary: 'Post a message to a shard channel',
    arity: 3,
    flags: ['pubsub', 'loading', 'stale', 'fast', 'may_replicate'],
    acl: ['pubsub', 'fast'],
    keys: { find: 'range', at: 1, last: 1, step: 1, notKey: true },
    run: publish(true),
  },
  {
    name: 'subscribe',
    summary: 'Listen for messages published to the given channels',
    arity: -2,
    flags: [...pubsubFlags, 'sentinel'],
    acl,
    keys: noKeys,
    run: subscribe(channelKind),
  },
  {
    name: 'psubscribe',
    summary: 'Listen for messages published to channels matching the given patterns',
    arity: -2,
    flags: [...pubsubFlags, 'sentinel'],
    acl,
    keys: noKeys,
    run: subscribe(patternKind),
  },
  {
    name: 'ssubscribe',
    summary: 'Listen for messages published to the given shard channels',
    arity: -2,
    flags: pubsubFlags,
    acl,
    keys: { find: 'range', at: 1, last: -1, step: 1, notKey: true },
    run: subscribe(shardKind),
  },
  {
    name: 'unsubscribe',
    summary: 'Stop listening for messages posted to the given channels',
    arity: -1,
    flags: [...pubsubFlags, 'sentinel'],
    acl,
    keys: noKeys,
    run: unsubscribe(channelKind),
  },
  {
    name: 'punsubscribe',
    summary: 'Stop listening for messages posted to channels matching the given patterns',
    arity: -1,
    flags: [...pubsubFlags, 'sentinel'],
    acl,
    keys: noKeys,
    run: unsubscribe(patternKind),
  },
  {
    name: 'sunsubscribe',
    summary: 'Stop listening for messages posted to the given shard channels',
    arity: -1,
    flags: pubsubFlags,
    acl,
    keys: { find: 'range', at: 1, last: -1, step: 1, notKey: true },
    run: unsubscribe(shardKind),
  },
  {
    name: 'pubsub',
    summary: 'A container for Pub/Sub commands',
    arity: -2,
    flags: [],
    acl: ['slow'],
    keys: noKeys,
    subcommands: introspection,
  },
] as const satisfies readonly CommandSpec[]

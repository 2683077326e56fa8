import type { Command } from '../node/command'
import { noKeys, type CommandSpec, type Handler } from '../node/command-spec'
import { cString } from '../node/errors'
import { bulk, emptyArray, error, integer, map, verbatim, type Reply } from '../resp/reply'
import { helpCommand } from './help'

/**
 * LATENCY tells of events that took as long as `latency-monitor-threshold` (ms) or longer. Nothing does in a simulated
 * node, so there are no events; its histograms have all calls in the lowest bucket.
 */
const nothingMeasured: Handler = () => emptyArray

const graph: Handler = ({ argv }) => error(`ERR No samples available for event '${cString(argv[2]!)}'`)

const isOffReport =
  "I'm sorry, Dave, I can't do that. Latency monitoring is disabled in this Redis instance. You may use \"CONFIG SET latency-monitor-threshold <milliseconds>.\" in order to enable it. If we weren't in a deep space mission I'd suggest to take a look at https://redis.io/topics/latency-monitor.\n"
const noSpikesReport =
  'Dave, no latency spike was observed during the lifetime of this Redis instance, not in the slightest bit. I honestly think you ought to sit down calmly, take a stress pill, and think things over.\n'

const doctor: Handler = ({ node }) =>
  verbatim('txt', node.config.number('latency-monitor-threshold') === 0 ? isOffReport : noSpikesReport)

/** A container has no histogram of its own; its name stands for its sub-commands. */
function withSubcommands(command: Command): readonly Command[] {
  return [command, ...(command.subcommands?.values() ?? [])]
}

const histogram: Handler = ({ node, argv }) => {
  const { commands } = node
  const asked = argv.length === 2 ? commands.all.values() : argv.slice(2).map((name) => commands.findByFullName(name))
  return map(
    [...asked]
      .flatMap((command) => (command ? withSubcommands(command) : []))
      .filter(({ timedCalls }) => timedCalls > 0)
      .flatMap((command) => [bulk(command.fullName), histogramReply(command)]),
  )
}

const LOWEST_BUCKET_US = 1

function histogramReply({ timedCalls }: Command): Reply {
  const buckets = map([integer(LOWEST_BUCKET_US), integer(timedCalls)])
  return map([bulk('calls'), integer(timedCalls), bulk('histogram_usec'), buckets])
}

// The one HELP whose summary ends in a full stop.
const latencyHelp = helpCommand(
  'latency',
  ['slow'],
  [
    'DOCTOR',
    '    Return a human readable latency analysis report.',
    'GRAPH <event>',
    '    Return an ASCII latency graph for the <event> class.',
    'HISTORY <event>',
    '    Return time-latency samples for the <event> class.',
    'LATEST',
    '    Return the latest latency samples for all events.',
    'RESET [<event> ...]',
    '    Reset latency data of one or more <event> classes.',
    '    (default: reset all data for all event classes)',
    'HISTOGRAM [COMMAND ...]',
    '    Return a cumulative distribution of latencies in the format of a histogram for the specified command names.',
    '    If no commands are specified then all histograms are replied.',
  ],
)

const flags = ['admin', 'noscript', 'loading', 'stale'] as const
const acl = ['admin', 'slow', 'dangerous'] as const

export const latencyCommand = {
  name: 'latency',
  summary: 'A container for latency diagnostics commands',
  arity: -2,
  flags: [],
  acl: ['slow'],
  keys: noKeys,
  subcommands: [
    {
      name: 'doctor',
      summary: 'Return a human readable latency analysis report.',
      arity: 2,
      flags,
      acl,
      keys: noKeys,
      run: doctor,
    },
    {
      name: 'graph',
      summary: 'Return a latency graph for the event.',
      arity: 3,
      flags,
      acl,
      keys: noKeys,
      run: graph,
    },
    { ...latencyHelp, summary: 'Show helpful text about the different subcommands.' },
    {
      name: 'histogram',
      summary: 'Return the cumulative distribution of latencies of a subset of commands or all.',
      arity: -2,
      flags,
      acl,
      keys: noKeys,
      run: histogram,
    },
    {
      name: 'history',
      summary: 'Return timestamp-latency samples for the event.',
      arity: 3,
      flags,
      acl,
      keys: noKeys,
      run: nothingMeasured,
    },
    {
      name: 'latest',
      summary: 'Return the latest latency samples for all events.',
      arity: 2,
      flags,
      acl,
      keys: noKeys,
      run: nothingMeasured,
    },
    {
      name: 'reset',
      summary: 'Reset latency data for one or more events.',
      arity: -2,
      flags,
      acl,
      keys: noKeys,
      // It tells how many events it has forgotten.
      run: () => integer(0),
    },
  ],
} as const satisfies CommandSpec

import { noKeys, type CommandSpec, type Handler } from '../node/command-spec'
import { unknownSubcommandOrArguments } from '../node/errors'
import type { SlowlogEntry } from '../node/slowlog'
import { array, bulk, bulks, error, integer, ok, type Reply } from '../resp/reply'
import { isError, readAtLeast } from './arguments'
import { helpCommand } from './help'

const COUNT_DEFAULT = 10
const wrongCount = error('ERR count should be greater than or equal to -1')

const get: Handler = ({ node, argv }) => {
  if (argv.length > 3) return unknownSubcommandOrArguments('SLOWLOG', argv[1]!)
  const count = argv[2] === undefined ? COUNT_DEFAULT : readAtLeast(argv[2], -1, wrongCount)
  if (isError(count)) return count
  return array(node.slowlog.newest(count === -1 ? node.slowlog.length : count).map(entryReply))
}

/** The third item is the duration, and virtual time stands still during a command. */
function entryReply({ id, unixSeconds, argv, address, name }: SlowlogEntry): Reply {
  return array([integer(id), integer(unixSeconds), integer(0), bulks(argv), bulk(address), bulk(name)])
}

const flags = ['admin', 'loading', 'stale'] as const
const acl = ['admin', 'slow', 'dangerous'] as const

export const slowlogCommand = {
  name: 'slowlog',
  summary: 'A container for slow log commands',
  arity: -2,
  flags: [],
  acl: ['slow'],
  keys: noKeys,
  subcommands: [
    {
      name: 'get',
      summary: "Get the slow log's entries",
      arity: -2,
      flags,
      acl,
      keys: noKeys,
      run: get,
    },
    helpCommand(
      'slowlog',
      ['slow'],
      [
        'GET [<count>]',
        '    Return top <count> entries from the slowlog (default: 10, -1 mean all).',
        '    Entries are made of:',
        '    id, timestamp, time in microseconds, arguments array, client IP and port,',
        '    client name',
        'LEN',
        '    Return the length of the slowlog.',
        'RESET',
        '    Reset the slowlog.',
      ],
    ),
    {
      name: 'len',
      summary: "Get the slow log's length",
      arity: 2,
      flags,
      acl,
      keys: noKeys,
      run: ({ node }) => integer(node.slowlog.length),
    },
    {
      name: 'reset',
      summary: 'Clear all entries from the slow log',
      arity: 2,
      flags,
      acl,
      keys: noKeys,
      run: ({ node }) => {
        node.slowlog.reset()
        return ok
      },
    },
  ],
} as const satisfies CommandSpec

import { noKeys, type CommandSpec } from '../node/command-spec'
import { bulk, integer, nothing, ok } from '../resp/reply'
import { invalidName, isClientName } from './connection'

export const clientCommands = [
  {
    name: 'client',
    summary: 'A container for client connection commands',
    arity: -2,
    flags: ['sentinel'],
    acl: ['slow'],
    keys: noKeys,
    subcommands: [
      {
        name: 'id',
        summary: 'Returns the client ID for the current connection',
        arity: 2,
        flags: ['noscript', 'loading', 'stale', 'sentinel'],
        acl: ['slow', 'connection'],
        keys: noKeys,
        run: ({ client }) => integer(client.id),
      },
      {
        name: 'getname',
        summary: 'Get the current connection name',
        arity: 2,
        flags: ['noscript', 'loading', 'stale', 'sentinel'],
        acl: ['slow', 'connection'],
        keys: noKeys,
        run: ({ client }) => (client.name === '' ? nothing : bulk(client.name)),
      },
      {
        name: 'setname',
        summary: 'Set the current connection name',
        arity: 3,
        flags: ['noscript', 'loading', 'stale', 'sentinel'],
        acl: ['slow', 'connection'],
        keys: noKeys,
        run: ({ client, argv }) => {
          if (!isClientName(argv[2]!)) return invalidName
          client.name = argv[2]!
          return ok
        },
      },
    ],
  },
] as const satisfies readonly CommandSpec[]

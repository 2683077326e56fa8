import { noKeys, type CommandSpec } from '../node/command-spec'
import { verbatim } from '../resp/reply'

export const serverCommands = [
  {
    name: 'info',
    summary: 'Get information and statistics about the server',
    arity: -1,
    flags: ['loading', 'stale'],
    acl: ['slow', 'dangerous'],
    keys: noKeys,
    run: () => verbatim('txt', '# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\nloading:0\r\n'),
  },
] as const satisfies readonly CommandSpec[]

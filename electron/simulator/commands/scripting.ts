import { countedKeys, noKeys, type CommandSpec, type KeySpec } from '../node/command-spec'
import { helpCommand } from './help'
import * as handlers from './scripting-handlers'

const acl = ['slow', 'scripting'] as const
const flags = ['noscript', 'stale', 'skip_monitor', 'may_replicate', 'no_mandatory_keys', 'movablekeys'] as const
const readOnlyFlags = ['readonly', 'noscript', 'stale', 'skip_monitor', 'no_mandatory_keys', 'movablekeys'] as const

/** Client-side caching looks at what a script reads, not at what it was given. */
const keysOfReadOnly = { ...countedKeys(2), isCacheable: () => false } as KeySpec

const scriptHelp = helpCommand('script', acl, [
  'DEBUG (YES|SYNC|NO)',
  '    Set the debug mode for subsequent scripts executed.',
  'EXISTS <sha1> [<sha1> ...]',
  '    Return information about the existence of the scripts in the script cache.',
  'FLUSH [ASYNC|SYNC]',
  '    Flush the Lua scripts cache. Very dangerous on replicas.',
  '    When called without the optional mode argument, the behavior is determined by the',
  '    lazyfree-lazy-user-flush configuration directive. Valid modes are:',
  '    * ASYNC: Asynchronously flush the scripts cache.',
  '    * SYNC: Synchronously flush the scripts cache.',
  'KILL',
  '    Kill the currently executing Lua script.',
  'LOAD <script>',
  '    Load a script into the scripts cache without executing it.',
])

export const scriptingCommands = [
  {
    name: 'eval',
    summary: 'Execute a Lua script server side',
    arity: -3,
    flags,
    acl,
    keys: countedKeys(2),
    run: handlers.evalBody,
  },
  {
    name: 'eval_ro',
    summary: 'Execute a read-only Lua script server side',
    arity: -3,
    flags: readOnlyFlags,
    acl,
    keys: keysOfReadOnly,
    run: handlers.evalBodyReadOnly,
  },
  {
    name: 'evalsha',
    summary: 'Execute a Lua script server side',
    arity: -3,
    flags,
    acl,
    keys: countedKeys(2),
    run: handlers.evalSha,
  },
  {
    name: 'evalsha_ro',
    summary: 'Execute a read-only Lua script server side',
    arity: -3,
    flags: readOnlyFlags,
    acl,
    keys: keysOfReadOnly,
    run: handlers.evalShaReadOnly,
  },
  {
    name: 'script',
    summary: 'A container for Lua scripts management commands',
    arity: -2,
    flags: [],
    acl: ['slow'],
    keys: noKeys,
    subcommands: [
      {
        name: 'debug',
        summary: 'Set the debug mode for executed scripts.',
        arity: 3,
        flags: ['noscript'],
        acl,
        keys: noKeys,
        run: handlers.debug,
      },
      {
        name: 'exists',
        summary: 'Check existence of scripts in the script cache.',
        arity: -3,
        flags: ['noscript'],
        acl,
        keys: noKeys,
        run: handlers.exists,
      },
      {
        name: 'flush',
        summary: 'Remove all the scripts from the script cache.',
        arity: -2,
        flags: ['noscript'],
        acl,
        keys: noKeys,
        run: handlers.flush,
      },
      scriptHelp,
      {
        name: 'kill',
        summary: 'Kill the script currently in execution.',
        arity: 2,
        flags: ['noscript', 'allow_busy'],
        acl,
        keys: noKeys,
        run: handlers.kill,
      },
      {
        name: 'load',
        summary: 'Load the specified Lua script into the script cache.',
        arity: 3,
        flags: ['noscript', 'stale'],
        acl,
        keys: noKeys,
        run: handlers.load,
      },
    ],
  },
] as const satisfies readonly CommandSpec[]

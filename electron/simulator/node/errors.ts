import { error, type Reply } from '../resp/reply'

/** The error replies of Redis 7.0.15, word for word. */
export const errors = {
  outOfMemory: error("OOM command not allowed when used memory > 'maxmemory'."),
  syntax: error('ERR syntax error'),
  notInteger: error('ERR value is not an integer or out of range'),
  notPositive: error('ERR value is out of range, must be positive'),
  outOfRange: error('ERR value is out of range'),
  notFloat: error('ERR value is not a valid float'),
  snapshotFailed: error(
    "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.",
  ),
  noSuchKey: error('ERR no such key'),
  wrongType: error('WRONGTYPE Operation against a key holding the wrong kind of value'),
  indexOutOfRange: error('ERR index out of range'),
  sameObject: error('ERR source and destination objects are the same'),
  dbOutOfRange: error('ERR DB index is out of range'),
  noAuth: error('NOAUTH Authentication required.'),
  wrongPassword: error('WRONGPASS invalid username-password pair or user is disabled.'),
  noMulti: error('ERR Command not allowed inside a transaction'),
  execAborted: error('EXECABORT Transaction discarded because of previous errors.'),
  busyScript: error('BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.'),
  readOnly: error("READONLY You can't write against a read only replica."),
  noReplicas: error('NOREPLICAS Not enough good replicas to write.'),
  primaryDown: error("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."),
  maxClients: error('ERR max number of clients reached'),
} as const

/** A format of C stops at the first NUL of its argument. */
export function cString(bytes: string): string {
  const end = bytes.indexOf('\0')
  return end === -1 ? bytes : bytes.slice(0, end)
}

export function unknownCommand(argv: readonly string[]): Reply {
  let args = ''
  for (let index = 1; index < argv.length && args.length < 128; index++) {
    args += `'${cString(argv[index]!).slice(0, 128 - args.length)}' `
  }
  return error(`ERR unknown command '${cString(argv[0]!).slice(0, 128)}', with args beginning with: ${args}`)
}

export function unknownSubcommand(container: string, subcommand: string): Reply {
  return error(`ERR unknown subcommand '${cString(subcommand).slice(0, 128)}'. Try ${upper(cString(container))} HELP.`)
}

/** The same complaint from a handler that looks at its sub-command itself, as OBJECT and DEBUG do. */
export function unknownSubcommandOrArguments(container: string, subcommand: string): Reply {
  const shown = cString(subcommand).slice(0, 128)
  return error(`ERR unknown subcommand or wrong number of arguments for '${shown}'. Try ${upper(container)} HELP.`)
}

export function aofUnwritable(why: string): Reply {
  return error(`MISCONF Errors writing to the AOF file: ${why}`)
}

export function wrongArity(fullName: string): Reply {
  return error(`ERR wrong number of arguments for '${fullName}' command`)
}

export function notForSubscribers(fullName: string): Reply {
  return error(
    `ERR Can't execute '${fullName}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`,
  )
}

/** What ACL refuses at once; EXEC has other words for it. */
export function noPermission(reason: 'command' | 'key' | 'channel', fullName: string): Reply {
  switch (reason) {
    case 'command':
      return error(`NOPERM this user has no permissions to run the '${fullName}' command`)
    case 'key':
      return error('NOPERM this user has no permissions to access one of the keys used as arguments')
    case 'channel':
      return error('NOPERM this user has no permissions to access one of the channels used as arguments')
  }
}

export function noLongerPermitted(reason: 'command' | 'key' | 'channel'): Reply {
  const why = {
    command: 'no permission to execute the command or subcommand',
    key: 'no permission to touch the specified keys',
    channel: 'no permission to access one of the channels used as arguments to the command',
  }[reason]
  return error(
    `NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command is no longer allowed for the following reason: ${why}`,
  )
}

export function invalidExpire(fullName: string): Reply {
  return error(`ERR invalid expire time in '${fullName}' command`)
}

/** ASCII only, as C's toupper is in the C locale. */
export function upper(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}

export function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

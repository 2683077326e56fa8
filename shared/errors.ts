/**
 * Every error that a person can meet, with its words. Window and command line take both from here, so they say the
 * same: `message` is what happened, with the name or address involved, `hint` what to do now. `{name}` is a value.
 */
const texts = {
  'call.untrusted': [
    'A page that is not part of Eventyard tried to call it.',
    'Close the window and open Eventyard again.',
  ],
  'call.invalid': ['The call {call} has wrong parameters: {problem}.', 'Correct {path} and try again.'],
  'call.unknown': ['There is no call named {call}.', 'Update the window and the app together.'],
  internal: [
    'Something in Eventyard failed: {problem}.',
    'Restart the run. If it happens again, report it with the log.',
  ],
  'worker.crashed': ['The engine stopped: {problem}.', 'Start the run again; nothing else was lost.'],
  'run.none': ['No run is open.', 'Start a scenario first.'],
  'run.over': ['This run has ended.', 'Restart it to go on.'],
  'scenario.unknown': [
    'There is no scenario named "{name}".',
    'Run "eventyard list" for the built-in ones, or give the path of a YAML file.',
  ],
  'scenario.unreadable': ['Cannot read {file}: {problem}.', 'Check that the file exists and that you may read it.'],
  'scenario.syntax': ['{file}:{line}:{column}: not valid YAML: {problem}.', '{fix}'],
  'scenario.invalid': ['{file}:{line}:{column}: {path}: {problem}.', '{fix}'],
  'scenario.too-large': [
    '{file} holds {bytes} bytes.',
    'A scenario may have at most {limit} bytes. Split it, or take data out of it.',
  ],
  'actor.unknown': ['There is no actor named "{actor}".', 'Choose one of: {known}.'],
  'actor.exists': ['There is already an actor named "{actor}".', 'Choose another name.'],
  'actor.name': ['"{actor}" cannot be an actor\'s name.', 'Use 1 to 40 letters, digits, "-", "_" or ".".'],
  'actor.role': ['{actor} is a {role}, which cannot {action}.', 'Choose a {wanted}.'],
  'actor.binding': ['{actor} is a {role}, which has nothing to do with a {kind} there.', 'Choose another end or kind.'],
  'actor.past': ['{actor} has not been removed or bound elsewhere.', 'There is nothing to bring back.'],
  'actor.offline': ['{actor} is disconnected.', 'Connect it first.'],
  'handler.invalid': [
    'The handler of {actor} is no JavaScript that can run: {problem}',
    'Mend the code at that line; the documentation of scenario files lists what a handler may call.',
  ],
  'trigger.invalid': ['"{on}" is nothing that a trigger can listen to.', '{fix}'],
  'actor.handler': [
    'Code cannot be added to a run that is going on.',
    'Leave handler: out, or write the actor into the scenario.',
  ],
  'actor.limit': ['A run holds at most {limit} actors.', 'Remove one first.'],
  'command.failed': ['{actor}: {problem}', "The reply is the server's own; look the command up in the inspector."],
  'console.unknown': ['There is no console named "{session}" in this run.', 'Open a new session.'],
  'console.limit': ['A run holds at most {limit} consoles.', 'Close one first.'],
  'data.database': ['The node has no database {db}.', 'Choose one from 0 to {last}.'],
  'node.unknown': ['There is no node named "{node}".', 'Choose one of: {known}.'],
  'node.silent': ['{node} does not answer.', 'Look at whether it runs and can be reached, or choose another node.'],
  'node.down': ['{node} does not run.', 'Start it again, or choose another node.'],
  'fault.unknown': ['There is no fault {fault} any more.', 'It has ended or was healed.'],
  'fault.machine': ['There is no machine named "{machine}".', 'Choose one of: {known}.'],
  'fault.nobody': ['{word} means nobody at present.', 'Look at the deployment, or name a node.'],
  'operator.patience': ['Waited a minute in vain until {what}.', 'Heal the faults that are in the way, and try again.'],
  'operator.topology': [
    'A {topology} deployment cannot {what}.',
    'Start one that can: a cluster has slots, replicas can take over.',
  ],
  'fault.twice': ['{machine} stands on two sides of the partition.', 'Put it on one of them.'],
  'guest.speed': [
    'The run stays at 1x while other programs are connected ({clients}).',
    'Disconnect them, or close the port, to change the speed.',
  ],
  'port.in-use': [
    'Port {port} on 127.0.0.1 is in use.',
    'Choose another with --port, or stop the program that has it.',
  ],
  'port.none': ['There are no {count} free ports in a row on 127.0.0.1.', 'Say where to begin with --port.'],
  'port.refused': ['Cannot listen on 127.0.0.1:{port}: {problem}.', 'Choose a port from 1024 to 65535 with --port.'],
  'option.unknown': ['Unknown option {option}.', 'Run "eventyard {command} --help".'],
  'option.invalid': ['{option} cannot be "{value}".', '{fix}'],
  'command.unknown': ['There is no command "{command}".', 'Run "eventyard --help".'],
  'argument.missing': ['{command} needs {what}.', 'Run "eventyard {command} --help".'],
  'cluster.config': [
    '{file} is not what a cluster node keeps there.',
    'Restore it from a backup, or delete it: the node then begins as a new one.',
  ],
  'cluster.database': [
    '{node} has keys in database {db}, and a cluster has database 0 alone.',
    'Move them to database 0 with a node that is in no cluster, and start again.',
  ],
  'cluster.unwritable': ['Cannot write {file}: {problem}.', 'Make room on the disk, and start again.'],
  'sentinel.crash': [
    'The Sentinel has ended itself: {failure}, as SENTINEL SIMULATE-FAILURE asked.',
    'Restart it to go on without.',
  ],
  'aof.manifest': ['{file}:{line}: {problem}.', 'Correct the line, or restore the folder of the AOF from a backup.'],
  'aof.missing': [
    'There is no {file}, which {manifest} names.',
    'Restore it from a backup, or take its line out of the manifest if its data may be lost.',
  ],
  'aof.format': [
    '{file}: no command at byte {offset}: {problem}.',
    'Make a backup of it, then run "redis-check-aof --fix {manifest}", which cuts it off there.',
  ],
  'aof.command': [
    '{file}: cannot replay the command at byte {offset}: {problem}.',
    'It may come from a newer server. Start the server that wrote it, or restore the folder from a backup.',
  ],
  'aof.truncated': [
    '{file} ends in the middle of a command or transaction: {offset} bytes of it are whole.',
    'Make a backup of it, then run "redis-check-aof --fix {manifest}", or set aof-load-truncated to yes if it is the last file.',
  ],
  'rdb.format': [
    '{file} cannot be loaded: at byte {offset}, {problem}.',
    'Look at it with "redis-check-rdb", or restore it from a backup.',
  ],
  'rdb.unreadable': ['Cannot read {file}: {problem}.', 'Make it readable, or move it away if its data may be lost.'],
  'aof.full': ['There is no room for {file}.', 'Make room on the disk, and start again.'],
  'aof.folder': ['Cannot keep the AOF in {folder}: {problem}.', 'Give a folder that you may read and write.'],
  'aof.unwritable': [
    'Cannot write {file}: {problem}.',
    'Make room on the disk or repair it, and start again; what was acknowledged is in the file.',
  ],
  'local.missing': [
    'There is no redis-server at "{path}".',
    'Install Redis 7.0 or newer, or name the program with EVENTYARD_REDIS_SERVER.',
  ],
  'local.failed': [
    'The server {node} did not come up: {problem}.',
    "Look at the scenario's config, or try another redis-server.",
  ],
  'live.time': [
    'Real servers cannot be stopped in time, slowed down or stepped.',
    'Run the scenario on the embedded deployment to do that.',
  ],
  'live.embedded': [
    '{what} works on the embedded deployment only.',
    'Run the scenario there: a real server does not show or allow that.',
  ],
  'local.links': [
    'Links between machines cannot be cut or slowed down on this system.',
    'Use Linux, where each local server has an address of its own, or the embedded deployment.',
  ],
  'live.local': [
    'Only servers that the run has started itself can be broken or looked into.',
    'Run the scenario on the local or the embedded deployment.',
  ],
  'connection.url': ['The URL {url} cannot be used: {problem}.', '{fix}'],
  'connection.dns': ['There is no host named {host}.', 'Check its spelling, and that this machine can look up names.'],
  'connection.refused': ['Nobody listens at {address}.', 'Start the server there, or correct the port.'],
  'connection.timeout': [
    '{address} does not answer within {ms} ms.',
    'Check the address, and firewalls on the way; a server that stands still looks the same.',
  ],
  'connection.closed': [
    '{address} closed the connection: {problem}.',
    'It may want TLS: begin the URL with rediss. It may also be full (maxclients).',
  ],
  'connection.tls-plain': [
    '{address} does not speak TLS.',
    'Begin the URL with redis instead of rediss, or give the TLS port.',
  ],
  'connection.tls-untrusted': [
    'The certificate of {address} is signed by nobody that is trusted: {problem}.',
    'Give the CA certificate of whoever runs the server.',
  ],
  'connection.tls-name': [
    'The certificate of {address} is for another name: {problem}.',
    'Use the name that it is for, or set servername to it.',
  ],
  'connection.tls-expired': [
    'The certificate of {address} is not valid now: {problem}.',
    'Have it renewed, and check the clock of this machine.',
  ],
  'connection.tls-client': [
    '{address} asks for a certificate of yours: {problem}.',
    'Give a client certificate and its key, signed by the CA that the server trusts.',
  ],
  'connection.tls': [
    'TLS with {address} failed: {problem}.',
    'Compare the TLS versions and certificates of both sides.',
  ],
  'connection.not-redis': [
    'What answers at {address} is not Redis: {problem}.',
    'Check the port: another service has this one.',
  ],
  'connection.noauth': [
    '{address} asks for a password.',
    'Put it into the URL: redis://:password@host, or with the name of a user before the colon.',
  ],
  'connection.wrongpass': [
    '{address} does not accept the login: {problem}.',
    'Check user and password; ACL LIST on the server shows its users.',
  ],
  'connection.acl': [
    'The user {user} may not do what is needed at {address}: {problem}.',
    'Have an administrator allow the command with ACL SETUSER.',
  ],
  'connection.protected': [
    '{address} is in protected mode: it takes connections from its own machine only.',
    'Set a password there, or bind it to an address that others may reach, as its answer says.',
  ],
  'connection.loading': [
    '{address} is still loading its data.',
    'Wait until it is done; INFO persistence tells how far it is.',
  ],
  'connection.db': [
    '{address} has no database {db}.',
    'Choose another one: CONFIG GET databases tells how many there are.',
  ],
  'connection.is-cluster': ['{address} belongs to a cluster.', 'Begin the URL with redis+cluster.'],
  'connection.not-cluster': ['{address} is not in cluster mode.', 'Begin the URL with redis instead of redis+cluster.'],
  'connection.is-sentinel': [
    '{address} is a Sentinel.',
    'Begin the URL with redis+sentinel, and put the name of the primary behind it.',
  ],
  'connection.not-sentinel': [
    '{address} is not a Sentinel.',
    'Give the address of a Sentinel (port 26379 by custom), or begin the URL with redis.',
  ],
  'connection.sentinel-name': [
    'The Sentinel at {address} knows no primary named {name}.',
    'Use one that it knows: {known}.',
  ],
  'connection.cluster-down': [
    'The cluster at {address} is down.',
    'CLUSTER INFO and CLUSTER NODES there tell which slots nobody serves.',
  ],
  'connection.refusal': ['{address} refuses: {problem}.', "The reply is the server's own; its log may tell more."],
  'connection.read-only': [
    '{command} may write, and this connection is read-only.',
    'Use a connection that is not, if you mean to change data there.',
  ],
  'connection.dangerous': ['{command} can harm a server that others use.', 'Confirm it, if you mean it.'],
  'connection.unknown': ['There is no saved connection "{id}".', 'Choose one in the Deployments view.'],
  'connection.secrets': [
    'The secrets of {name} cannot be read: {problem}.',
    'Type its password again; the system may have lost the key that they were encrypted with.',
  ],
  'connection.file': ['Cannot read {file}: {problem}.', 'Check the path, or paste the text of the file instead.'],
  'connection.key': ['The private key cannot be opened: {problem}.', 'Check its passphrase, and that it is a PEM key.'],
  'connection.list': [
    'The saved connections could not be read: {problem}.',
    'The file was kept as {backup}; the list begins anew.',
  ],
  'output.failed': ['Cannot write {file}: {problem}.', 'Check that the folder exists and has room.'],
  'settings.unreadable': [
    'The settings file could not be read: {problem}.',
    'It was kept as {backup}; Eventyard goes on with its defaults.',
  ],
} as const satisfies Readonly<Record<string, readonly [message: string, hint: string]>>

export type ErrorCode = keyof typeof texts
export type ErrorValues = Readonly<Record<string, string | number>>

/** An error as it crosses a process border. `values` lets the window say it in its own language. */
export interface ErrorData {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
  readonly values: ErrorValues
}

export class EventyardError extends Error {
  override readonly name = 'EventyardError'
  readonly hint: string

  constructor(
    readonly code: ErrorCode,
    readonly values: ErrorValues = {},
    options?: ErrorOptions,
  ) {
    super(fill(texts[code][0], values), options)
    this.hint = fill(texts[code][1], values)
  }
}

export const errorCodes = Object.keys(texts) as ErrorCode[]

/** The message and the hint of a code with `{name}` still in them, for checking translations against. */
export function errorTemplate(code: ErrorCode): { message: string; hint: string } {
  return { message: texts[code][0], hint: texts[code][1] }
}

/** What to tell of anything that was thrown. */
export function toErrorData(error: unknown): ErrorData {
  const known =
    error instanceof EventyardError
      ? error
      : new EventyardError('internal', { problem: problemOf(error) }, { cause: error })
  return { code: known.code, message: known.message, hint: known.hint, values: known.values }
}

/** One line on anything that was thrown, without a full stop. */
export function problemOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n', 1)[0]!.replace(/\.$/, '')
}

function fill(template: string, values: ErrorValues): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole))
}

import type { Bytes } from '../../../shared/bytes'
import { secretPlaces } from '../../../shared/secrets'
import { Migration, type MigrationPlan } from '../migration/migration'
import type { Call, CommandSpec, Handler, KeySpec } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import { error, noReply, simple, type Reply } from '../resp/reply'
import { isError, readInteger, type Parsed } from './arguments'

const FIRST_OPTION = 6
const DEFAULT_TIMEOUT_MS = 1000

type Refusal = Extract<Reply, { kind: 'error' }>

const keyNotEmpty = error('ERR When using MIGRATE KEYS option, the key argument must be set to the empty string')
const notHere = error(
  'ERR MIGRATE within a transaction or a script is not simulated: the node would have to stand still',
)

interface Options {
  keeps: boolean
  replaces: boolean
  login: readonly Bytes[]
  keys: readonly number[]
}

function readOptions(argv: readonly Bytes[]): Parsed<Options> {
  const options: Options = { keeps: false, replaces: false, login: [], keys: [3] }
  for (let at = FIRST_OPTION; at < argv.length; at++) {
    const option = lower(cString(argv[at]!))
    const left = argv.length - 1 - at
    if (option === 'copy') {
      options.keeps = true
    } else if (option === 'replace') {
      options.replaces = true
    } else if (option === 'auth' && left >= 1) {
      options.login = [argv[++at]!]
    } else if (option === 'auth2' && left >= 2) {
      options.login = [argv[++at]!, argv[++at]!]
    } else if (option === 'keys') {
      if (argv[3] !== '') return keyNotEmpty as Refusal
      options.keys = placesFrom(argv, at + 1)
      break
    } else {
      return errors.syntax as Refusal
    }
  }
  return options
}

function placesFrom(argv: readonly Bytes[], first: number): number[] {
  return Array.from({ length: argv.length - first }, (_, index) => first + index)
}

const keys: KeySpec = {
  find: 'by',
  keys: (argv) => {
    for (let at = FIRST_OPTION; at < argv.length; at++) {
      const option = lower(argv[at]!)
      if (option === 'keys') return argv[3] === '' ? placesFrom(argv, at + 1) : []
      if (option === 'auth') at++
      if (option === 'auth2') at += 2
    }
    return [3]
  },
}

const migrate: Handler = (call) => {
  const { node, client, db, argv } = call
  client.secrets = secretPlaces(argv)
  const options = readOptions(argv)
  if (isError(options)) return options as Reply
  const timeout = readInteger(argv[5]!)
  if (isError(timeout)) return timeout as Reply
  const targetDb = readInteger(argv[4]!)
  if (isError(targetDb)) return targetDb as Reply
  const entries = options.keys.flatMap((at) => node.keyspace.read(db, argv[at]!) ?? [])
  if (entries.length === 0) return simple('NOKEY')
  if (client.isExecuting) return notHere
  return begin(call, {
    host: argv[1]!,
    port: argv[2]!,
    db: targetDb,
    timeoutMs: timeout <= 0 ? DEFAULT_TIMEOUT_MS : Number(timeout),
    keeps: options.keeps,
    replaces: options.replaces,
    login: options.login,
    entries: [...new Set(entries)],
  })
}

/** Starts to move the keys; the reply comes when the target has answered. */
function begin(call: Call, plan: MigrationPlan): Reply {
  const { node, client, argv } = call
  const command = client.lastCommand!
  const tag = node.cause
  const migration = new Migration(call, plan, node.cluster ? 'RESTORE-ASKING' : 'RESTORE', (reply) => {
    node.goOn(() => {
      node.cause = tag
      migration.deleteConfirmed()
      client.isMigrating = false
      if (!client.isClosed) client.reply(reply, tag)
      node.countCall(client, command, argv)
      if (reply.kind === 'error') {
        command.failedCalls++
        node.stats.countError(reply.text)
      }
      if (node.effects.isOn) node.effects.endUnit()
      node.tracking.tellPending(client)
      client.endCommand()
      node.cause = 0
    })
  })
  client.isMigrating = true
  node.standStill()
  migration.start()
  return noReply
}

export const migrateCommands = [
  {
    name: 'migrate',
    summary: 'Atomically transfer a key from a Redis instance to another one.',
    arity: -6,
    flags: ['write', 'movablekeys'],
    acl: ['keyspace', 'write', 'slow', 'dangerous'],
    keys,
    run: migrate,
  },
] as const satisfies readonly CommandSpec[]

/**
 * A look at a node's data from outside its world: a read-only command is evaluated at the world's present moment, with
 * no client, no network and no time, and leaves no mark. No counter goes up, no key is marked as used, nothing expires,
 * nothing is published or noted. So a view of the data may read while time stands still, and a run is the same with and
 * without it.
 *
 * The command's own handler runs, on a stand-in for the node: an object whose prototype is the node, with everything
 * that reading changes replaced.
 */
import type { Bytes } from '../../../shared/bytes'
import { SeededRandom } from '../clock/seeded-random'
import type { Entry } from '../keyspace/database'
import { Keyspace } from '../keyspace/keyspace'
import type { ClientTransport } from '../ports'
import { error, type Reply } from '../resp/reply'
import { Client } from './client'
import type { Command } from './command'
import { errors, unknownCommand, unknownSubcommand, wrongArity } from './errors'
import type { RedisNode } from './redis-node'
import { Stats } from './stats'

/** Looks at one database of a node; made for one batch of commands, since it keeps the moment. */
export class Peek {
  private readonly node: RedisNode
  private readonly client: Client

  /** Throws where the node has no such database. */
  constructor(node: RedisNode, db: number) {
    const nowMs = Math.floor(node.clock.unixUs() / 1000)
    const standIn = Object.create(node) as RedisNode
    const own = {
      nowMs,
      nowSeconds: Math.floor(nowMs / 1000),
      turnUs: node.clock.nowUs(),
      stats: new Stats(),
      observer: undefined,
      eventFlags: 0,
      // Chance of its own: a draw from the world's would change what comes after it.
      random: new SeededRandom(node.turnUs),
      // Expired keys are out of sight, and stay for those whose business it is to delete them.
      keepsExpiredKeys: true,
      current: undefined,
    }
    for (const [name, value] of Object.entries(own)) Object.defineProperty(standIn, name, { value, writable: true })
    Object.defineProperty(standIn, 'keyspace', { value: new UntouchedKeyspace(standIn, node.keyspace.databases) })
    this.node = standIn
    this.client = new PeekClient(standIn, 0, nobody)
    this.client.resp = 3
    const database = node.keyspace.databases[db]
    if (!database) throw new Error(`node ${node.name} has no database ${db}`)
    this.client.db = database
  }

  /** The command's reply; an error reply for what may not be looked at this way. */
  run(argv: readonly Bytes[]): Reply {
    const command = this.node.commands.find(argv)
    const refusal = command ? this.refuse(command, argv) : this.missing(argv)
    if (refusal) return refusal
    const { node, client } = this
    return command!.run!({ node, client, db: client.db, argv })
  }

  private refuse(command: Command, argv: readonly Bytes[]): Reply | undefined {
    if (!isHarmless(command)) return error(`ERR ${command.fullName} cannot be peeked at: it is not a read-only command`)
    return command.acceptsCount(argv.length) ? undefined : wrongArity(command.fullName)
  }

  private missing(argv: readonly Bytes[]): Reply {
    if (argv[0] === undefined) return errors.syntax
    return this.node.commands.findByName(argv[0]) ? unknownSubcommand(argv[0], argv[1] ?? '') : unknownCommand(argv)
  }
}

/**
 * 1. It reads only, and answers at once. 2. It runs no script, which would go into the node's cache and could run for
 * ever. 3. It is not RANDOMKEY, which deletes what has expired until it meets a key that is alive.
 */
export function isHarmless(command: Command): boolean {
  const { acl } = command.spec
  if (!command.isReadOnly || command.has('blocking') || acl.includes('scripting')) return false
  return command.fullName !== 'randomkey' && command.run !== undefined
}

class PeekClient extends Client {
  override readonly takesParts = false
}

class UntouchedKeyspace extends Keyspace {
  protected override touch(_entry: Entry): void {
    // Looking is no use of the key: OBJECT IDLETIME goes on counting.
  }
}

const nobody: ClientTransport = {
  remoteAddress: '',
  localAddress: '',
  unsentLength: 0,
  write: () => undefined,
  end: () => undefined,
  destroy: () => undefined,
}

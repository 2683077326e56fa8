/**
 * Looks at the data of real servers on connections of the run's own, which no trace shows. Only what reads is sent.
 * Unlike a look at a simulated node it takes time, and a server notes that its keys were read.
 */
import { bytesOf, type Bytes } from '../../../shared/bytes'
import { EventyardError } from '../../../shared/errors'
import type { ReplyTree } from '../../../shared/reply'
import { error as errorReply, type Reply } from '../../simulator/resp/reply'
import { treeOf } from '../console/reply-tree'
import { refusalToLook } from './guards'
import type { Probe } from './probe'

/** A server that may be asked. */
export interface Readable {
  readonly name: string
  readonly isRunning: boolean
  open(): Promise<Probe>
}

export interface DatabaseSizes {
  readonly db: number
  readonly keys: number
  readonly expires: number
}

const DATABASES = 16

export class LiveData {
  private readonly probes = new Map<string, Promise<Probe>>()
  private isOver = false

  constructor(private readonly servers: () => readonly Readable[]) {}

  /** Rejects with `node.unknown`, `node.down` or `data.database`. A command that does not read has an error as reply. */
  async peek(db: number, commands: readonly (readonly Bytes[])[], node?: string): Promise<ReplyTree[]> {
    const [selected, ...replies] = await this.ask(node, (probe) => [
      // Nothing of another look comes in between: a connection's commands are carried out in their order.
      probe.call('SELECT', String(db)),
      ...commands.map((argv) => {
        const refusal = refusalToLook(argv)
        return refusal === undefined ? probe.send(argv) : Promise.resolve<Reply>(errorReply(refusal))
      }),
    ])
    if (selected?.kind === 'error') {
      const { databases } = await this.databases(node)
      throw new EventyardError('data.database', { db, last: databases.length - 1 })
    }
    return replies.map(treeOf)
  }

  async databases(node?: string): Promise<{ node: string; databases: DatabaseSizes[] }> {
    const [keyspace, configured] = await this.ask(node, (probe) => [
      probe.call('INFO', 'keyspace'),
      probe.call('CONFIG', 'GET', 'databases'),
    ])
    const sizes = new Map<number, DatabaseSizes>()
    for (const [, db, keys, expires] of textIn(keyspace).matchAll(/^db(\d+):keys=(\d+),expires=(\d+)/gm)) {
      sizes.set(Number(db), { db: Number(db), keys: Number(keys), expires: Number(expires) })
    }
    // Some services let nobody see the configuration: then as many as there are by default, or as are in use.
    const count = Math.max(countIn(configured) ?? DATABASES, ...[...sizes.keys()].map((db) => db + 1))
    const databases = Array.from({ length: count }, (_, db) => sizes.get(db) ?? { db, keys: 0, expires: 0 })
    return { node: this.find(node).name, databases }
  }

  stop(): void {
    this.isOver = true
    for (const opening of this.probes.values()) opening.then((probe) => probe.close()).catch(() => undefined)
    this.probes.clear()
  }

  private find(name: string | undefined): Readable {
    const servers = this.servers()
    const found = name === undefined ? servers[0] : servers.find((one) => one.name === name)
    if (!found) {
      const known = servers.map((one) => one.name).join(', ')
      throw new EventyardError('node.unknown', { node: name ?? '', known })
    }
    if (!found.isRunning || this.isOver) throw new EventyardError('node.down', { node: found.name })
    return found
  }

  private async ask(
    name: string | undefined,
    questions: (probe: Probe) => readonly Promise<Reply>[],
  ): Promise<readonly Reply[]> {
    const server = this.find(name)
    try {
      return await Promise.all(questions(await this.probeOf(server)))
    } catch (cause) {
      throw new EventyardError('node.silent', { node: server.name }, { cause })
    }
  }

  private async probeOf(server: Readable): Promise<Probe> {
    const known = await this.probes.get(server.name)?.catch(() => undefined)
    if (known?.isOpen) return known
    const opening = this.greet(server)
    this.probes.set(server.name, opening)
    const probe = await opening
    // It may have been stopped while the connection was made.
    if (this.isOver) probe.close()
    return probe
  }

  private async greet(server: Readable): Promise<Probe> {
    const probe = await server.open()
    // Before Redis 6 there is no RESP3, and outside of clusters no READONLY: replies that say so do no harm.
    await Promise.all([probe.call('HELLO', '3'), probe.call('READONLY')])
    return probe
  }
}

function textIn(reply: Reply | undefined): string {
  return reply?.kind === 'bulk' || reply?.kind === 'verbatim' ? reply.bytes : ''
}

/** Of `{databases: 16}` in RESP3 or its list in RESP2. */
function countIn(reply: Reply | undefined): number | undefined {
  if (reply?.kind !== 'map' && reply?.kind !== 'array') return undefined
  const [name, value] = reply.items
  if (name?.kind !== 'bulk' || name.bytes !== bytesOf('databases')) return undefined
  return Number(textIn(value)) || undefined
}

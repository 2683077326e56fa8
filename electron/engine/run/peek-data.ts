import { Buffer } from 'node:buffer'
import type { Bytes } from '../../../shared/bytes'
import { EventyardError } from '../../../shared/errors'
import type { ReplyTree } from '../../../shared/reply'
import { Peek } from '../../simulator/node/peek'
import { encode } from '../../simulator/resp/encode'
import { ReplyDecoder } from '../../simulator/resp/reply-decoder'
import { treeOf } from '../console/reply-tree'
import type { RedisNode } from '../../simulator/node/redis-node'
import type { World } from '../world/world'
import type { Run } from './run'

/** Looks at a run's data without taking part in it. Replies go through the wire's form, so that they are a client's. */
export function peekData(
  { world }: Run,
  db: number,
  commands: readonly (readonly Bytes[])[],
  name: string | undefined,
): { nowUs: number; replies: ReplyTree[] } {
  const node = nodeToRead(world, name)
  if (db >= node.keyspace.databases.length) {
    throw new EventyardError('data.database', { db, last: node.keyspace.databases.length - 1 })
  }
  const peek = new Peek(node, db)
  const decoder = new ReplyDecoder()
  const replies = commands.map((argv) => {
    decoder.push(Buffer.from(encode(peek.run(argv), 3), 'latin1'))
    return treeOf(decoder.next()!)
  })
  return { nowUs: world.clock.nowUs(), replies }
}

/** The node of that name, or the first. Throws `node.unknown`, and `node.down` where nobody can be asked. */
export function nodeToRead(world: World, name: string | undefined): RedisNode {
  const process = name === undefined ? world.processes[0]! : world.process(name)
  // The only node of a run that is over is read as it was.
  if (!process.isRunning && world.processes.length > 1 && !world.isDisposed) {
    throw new EventyardError('node.down', { node: process.name })
  }
  return process.node
}

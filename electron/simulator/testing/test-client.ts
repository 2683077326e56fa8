import { Buffer } from 'node:buffer'
import { RedisNode, type RedisNodeOptions } from '../node/redis-node'
import type { ClientHandle, Mark } from '../ports'
import { luaModule } from './lua-module'
import { ManualClock } from './manual-clock'
import { SeededRandom } from '../clock/seeded-random'

/** Encodes a command as clients do. */
export function request(...argv: readonly string[]): Buffer {
  const text = `*${argv.length}\r\n${argv.map((argument) => `$${argument.length}\r\n${argument}\r\n`).join('')}`
  return Buffer.from(text, 'latin1')
}

/** A client of a simulated node that keeps what it is sent. */
export class TestClient {
  received = ''
  chunks = 0
  marks: Mark[] = []
  hasEnded = false
  /** What was written stays in the node's memory. */
  takesNothing = false
  unsentLength = 0
  readonly handle: ClientHandle

  constructor(node: RedisNode, remoteAddress = '127.0.0.1:50000') {
    const unsentLength = () => this.unsentLength
    this.handle = node.connect({
      remoteAddress,
      localAddress: '127.0.0.1:6379',
      get unsentLength() {
        return unsentLength()
      },
      write: (bytes, marks) => {
        if (this.takesNothing) this.unsentLength += bytes.length
        this.received += bytes
        this.marks.push(...marks)
        this.chunks++
      },
      end: () => (this.hasEnded = true),
      destroy: () => (this.hasEnded = true),
    })
  }

  /** Sends a command and gives what came back at once. */
  send(...argv: readonly string[]): string {
    this.received = ''
    this.handle.receive(request(...argv))
    return this.received
  }

  sendRaw(bytes: string): string {
    this.received = ''
    this.handle.receive(Buffer.from(bytes, 'latin1'))
    return this.received
  }

  /** What came since the last look. */
  take(): string {
    const { received } = this
    this.received = ''
    return received
  }
}

export interface TestNode {
  readonly node: RedisNode
  readonly clock: ManualClock
  connect(): TestClient
}

const EPOCH_US = 1_700_000_000_000_000

/** A node in a world of its own. */
export function testNode(options: Partial<Omit<RedisNodeOptions, 'clock'>> = {}, epochUs = EPOCH_US): TestNode {
  const clock = new ManualClock(epochUs)
  const node = new RedisNode({
    name: 'node-1',
    host: '127.0.0.1',
    port: 6379,
    random: new SeededRandom(1),
    lua: luaModule,
    ...options,
    clock,
  })
  let port = 50000
  return { node, clock, connect: () => new TestClient(node, `127.0.0.1:${port++}`) }
}

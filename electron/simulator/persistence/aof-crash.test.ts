import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { SeededRandom } from '../clock/seeded-random'
import { SimulatedDisk } from '../disk/simulated-disk'
import { RedisNode } from '../node/redis-node'
import { ManualClock } from '../testing/manual-clock'
import { TestClient } from '../testing/test-client'

const EPOCH_US = 1_700_000_000_000_000
const CRASHES = 500

type Policy = 'always' | 'everysec'

/** One life of a machine: what was acknowledged and when, until the power fails. */
interface Life {
  readonly clock: ManualClock
  readonly disk: SimulatedDisk
  readonly start: () => { node: RedisNode; client: TestClient }
}

function machine(random: SeededRandom, policy: Policy): Life {
  const clock = new ManualClock(EPOCH_US)
  const syncUs = random.integer(0, 1) * random.integer(0, 30_000)
  const disk = new SimulatedDisk({ clock, syncUs, bytesPerSecond: 2000 })
  const start = () => {
    const rewrites =
      policy === 'always' ? { 'auto-aof-rewrite-min-size': '2000' } : { 'auto-aof-rewrite-percentage': '0' }
    const format = { 'aof-use-rdb-preamble': random.integer(0, 1) === 0 ? 'no' : 'yes' }
    const config = { appendonly: 'yes', appendfsync: policy, ...rewrites, ...format }
    const address = { name: 'node-1', host: '127.0.0.1', port: 6379 }
    const node = new RedisNode({ ...address, clock, random: new SeededRandom(1), disk, config })
    return { node, client: new TestClient(node) }
  }
  return { clock, disk, start }
}

function send(client: TestClient, text: string): void {
  const line = (words: string[]) =>
    `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`
  const commands = text.split('; ').map((command) => line(command.split(' ')))
  client.handle.receive(Buffer.from(commands.join(''), 'latin1'))
}

/** What the crashes were like, all in all. */
interface Seen {
  acknowledged: number
  /** Loads that had to cut off an end. */
  cut: number
  /** Loads of more than had to be kept, and less than was said. */
  between: number
}

/**
 * Counts up, by single commands and by transactions that set two keys to the same number, with a pause now and then
 * and sometimes a rewrite, and fails at a moment of chance. Each count is an effect of its own, so what is loaded must
 * be one of the states that were. With `everysec` the moment is not that at which a rewrite goes over to a new file while
 * the old one is still being synced: there Redis itself may lose the end of a file that is not the last.
 */
function crashOnce(seed: number, policy: Policy, seen: Seen): void {
  const random = new SeededRandom(seed)
  const { clock, disk, start } = machine(random, policy)
  const lives = random.integer(1, 3)
  let count = 0
  for (let life = 0; life < lives; life++) {
    const { node, client } = start()
    const loaded = check(client, clock, 0, count)
    count = loaded
    const acknowledged: { count: number; atUs: number }[] = []
    const first = count
    let replies = 0
    const steps = random.integer(1, 60)
    for (let step = 0; step < steps; step++) {
      count++
      send(client, `MULTI; SET a ${count}; RPUSH log ${count}; SET b ${count}; EXEC`)
      if (random.integer(0, 30) === 0) {
        send(client, 'BGREWRITEAOF')
        if (policy === 'everysec') clock.advance(40)
      }
      if (random.integer(0, 2) > 0) clock.advance(random.integer(0, 60_000) / 1000)
      if (random.integer(0, 40) === 0) clock.advance(random.integer(0, 3000))
      const done = (client.received.match(/\*3\r\n/g) ?? []).length
      if (done > replies) acknowledged.push({ count: first + done, atUs: clock.nowUs() })
      replies = done
    }
    const said = count
    const crashUs = clock.nowUs()
    if (random.integer(0, 3) === 0) {
      node.crash()
    } else {
      node.crash()
      disk.crash(random)
    }
    // What `everysec` may lose: the second until the next sync, the tick that notices, and the sync itself.
    const isDurable = ({ atUs }: { atUs: number }) => policy === 'always' || crashUs - atUs > 2_200_000
    const durable = acknowledged.filter(isDurable).at(-1)?.count ?? (policy === 'always' ? first : 0)
    const after = start()
    count = check(after.client, clock, durable, count)
    seen.acknowledged += acknowledged.length
    if (after.node.aof.cut) seen.cut++
    if (count > durable && count < said) seen.between++
    after.node.crash()
  }
}

/** All three keys tell of the same count, which is no less than what had to be kept and no more than what was said. */
function check(client: TestClient, clock: ManualClock, least: number, most: number): number {
  clock.advance(50)
  const read = (...words: string[]) => {
    client.received = ''
    send(client, words.join(' '))
    clock.advance(50)
    const said = client.take()
    expect(said).not.toBe('')
    return said === '$-1\r\n' ? 0 : Number(/(\d+)\r\n$/.exec(said)![1])
  }
  const a = read('GET', 'a')
  expect([read('GET', 'b'), read('LLEN', 'log'), read('LINDEX', 'log', '-1')]).toEqual([a, a, a])
  expect(a).toBeGreaterThanOrEqual(least)
  expect(a).toBeLessThanOrEqual(most)
  client.received = ''
  return a
}

describe('after the power has failed', () => {
  it.each(['always', 'everysec'] as const)(`${CRASHES} times, an AOF with %s has all that it must have`, (policy) => {
    const seen: Seen = { acknowledged: 0, cut: 0, between: 0 }
    for (let seed = 1; seed <= CRASHES; seed++) {
      try {
        crashOnce(seed, policy, seen)
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error })
      }
    }
    // Else the crashes would have been too kind.
    expect(seen.acknowledged).toBeGreaterThan(5 * CRASHES)
    expect(seen.cut).toBeGreaterThan(CRASHES / 10)
    if (policy === 'everysec') expect(seen.between).toBeGreaterThan(CRASHES / 10)
  })
})

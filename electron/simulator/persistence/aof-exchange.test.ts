import { Buffer } from 'node:buffer'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SimulatedDisk } from '../disk/simulated-disk'
import { bytesOfStep, conversation, countReplies, type Step } from '../testing/conversation'
import { dump, type Ask } from '../testing/dump'
import { effectCases, unitCases } from '../testing/effect-cases'
import { ManualClock } from '../testing/manual-clock'
import type { RawClient } from '../testing/real-redis'
import { hasRealRedis, pause, RealRedis } from '../testing/real-redis'
import type { TestClient } from '../testing/test-client'
import { request, testNode, type TestNode } from '../testing/test-client'

const { flushall, ...others } = effectCases
const cases = [flushall!, ...Object.values(others), ...Object.values(unitCases)]
// Each case has a database to itself, and some write to their neighbours' too.
const DATABASES = cases.length + 10
const FOLDER = 'appendonlydir'

/** All that is said, to each server in the same words. */
function stepsOf(words: readonly string[], at: number): Step[] {
  const { steps } = conversation('', ...words)
  const sayers = [...new Set(steps.map(({ on }) => on))]
  const selects = sayers.map((on): Step => ({ on, send: `SELECT ${at + 10}` }))
  return [...selects, ...steps.filter(({ send }) => !send?.startsWith('CONFIG'))]
}

const halves = [cases.slice(0, cases.length / 2), cases.slice(cases.length / 2)].map((half, index, [first]) =>
  half.map((words, at) => stepsOf(words, at + (index === 0 ? 0 : first!.length))),
)

function tellSimulated({ connect, clock }: TestNode, steps: readonly Step[]): void {
  const clients = new Map<string, TestClient>()
  for (const step of steps) {
    clock.advanceTo(Date.now() * 1000)
    const client = clients.get(step.on) ?? connect()
    clients.set(step.on, client)
    client.handle.receive(bytesOfStep(step))
  }
  for (const { handle } of clients.values()) handle.closed()
}

async function tellReal(server: RealRedis, steps: readonly Step[]): Promise<void> {
  const clients = new Map<string, RawClient>()
  for (const step of steps) {
    const client = clients.get(step.on) ?? (await server.connect())
    clients.set(step.on, client)
    const before = countReplies(client.received)
    client.send(bytesOfStep(step))
    // What blocks has no reply yet.
    await client.until(() => countReplies(client.received) > before, 60)
  }
  for (const client of clients.values()) client.close()
}

/** What a group has read is only in part in an AOF, so that a stream is not the same when it was loaded, in Redis too. */
const withoutStreams = (lines: readonly string[]) => lines.filter((line) => !line.includes(' stream until '))

const askSimulated = ({ connect }: TestNode): Ask => {
  const client = connect()
  return (...argv) => Promise.resolve(client.send(...argv))
}

const askReal = async (server: RealRedis): Promise<Ask> => {
  const client = await server.connect()
  return async (...argv) => {
    client.received = ''
    client.send(request(...argv))
    expect(await client.until(() => countReplies(client.received) === 1)).toBe(true)
    return client.received
  }
}

describe.skipIf(!hasRealRedis())('an AOF', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'eventyard-aof-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const realOptions = ['--appendonly', 'yes', '--databases', String(DATABASES)]
  const start = (disk: SimulatedDisk) => {
    return testNode({ disk, config: { appendonly: 'yes', databases: String(DATABASES), save: '' } }, Date.now() * 1000)
  }

  const formats = [
    { format: 'rdb', preamble: 'yes' },
    { format: 'aof', preamble: 'no' },
  ]

  it.each(formats)('of a simulated node is loaded by redis-server, base in $format', async ({ format, preamble }) => {
    const diskClock = new ManualClock(0)
    const disk = new SimulatedDisk({ clock: diskClock })
    const world = start(disk)
    const client = world.connect()
    client.send('CONFIG', 'SET', 'aof-use-rdb-preamble', preamble)
    for (const steps of halves[0]!) tellSimulated(world, steps)
    expect(client.send('BGREWRITEAOF')).toContain('started')
    diskClock.advance(1000)
    for (const steps of halves[1]!) tellSimulated(world, steps)
    expect(disk.names).toContain(`${FOLDER}/appendonly.aof.2.base.${format}`)
    // A sync that has begun meanwhile never ends on a clock that stands still, and writes wait for it.
    world.node.aof.flush(true)
    mkdirSync(join(folder, FOLDER))
    for (const name of disk.names) writeFileSync(join(folder, name), disk.read(name, 0, disk.size(name)!))
    const server = await RealRedis.start(...realOptions, '--dir', folder)
    try {
      const there = await dump(await askReal(server), DATABASES)
      expect(there.length).toBeGreaterThan(50)
      expect(withoutStreams(there)).toEqual(withoutStreams(await dump(askSimulated(world), DATABASES)))
      expect(there).toEqual(await dump(askSimulated(start(disk)), DATABASES))
    } finally {
      await server.stop()
    }
  })

  it.each(formats)(
    'of redis-server is loaded by a simulated node, base in $format',
    async ({ format, preamble }) => {
      const server = await RealRedis.start(...realOptions, '--aof-use-rdb-preamble', preamble)
      try {
        for (const steps of halves[0]!) await tellReal(server, steps)
        const ask = await askReal(server)
        expect(await ask('BGREWRITEAOF')).toContain('started')
        for (let tries = 0; tries < 50 && !(await ask('INFO')).includes('aof_rewrite_in_progress:0'); tries++) {
          await pause(50)
        }
        for (const steps of halves[1]!) await tellReal(server, steps)
        const disk = new SimulatedDisk({ clock: new ManualClock(0) })
        disk.makeFolder(FOLDER)
        const source = join(server.folder, FOLDER)
        expect(readdirSync(source)).toContain(`appendonly.aof.2.base.${format}`)
        for (const name of readdirSync(source)) {
          disk.append(`${FOLDER}/${name}`, Buffer.from(readFileSync(join(source, name))))
        }
        const here = await dump(askSimulated(start(disk)), DATABASES)
        expect(here.length).toBeGreaterThan(50)
        expect(withoutStreams(here)).toEqual(withoutStreams(await dump(ask, DATABASES)))
        const again = await RealRedis.start(...realOptions, '--dir', server.folder)
        try {
          expect(here).toEqual(await dump(await askReal(again), DATABASES))
        } finally {
          await again.stop()
        }
      } finally {
        await server.stop()
      }
    },
    30_000,
  )
})

/** Breaking and changing a deployment, asked as the window asks it. */
import { afterEach, describe, expect, it } from 'vitest'
import type { Bytes } from '../../shared/bytes'
import type { NodeView } from '../../shared/deployment-view'
import type { Flight } from '../../shared/flights'
import { EngineSession } from './testing/engine-session'

let session: EngineSession
afterEach(() => session.engine.close())

const cluster = `
eventyard: 1
name: Six nodes
deployment: { topology: cluster, primaries: 3, replicas: 1 }
actors:
  shop: { role: client, command: "INCR orders", rate: 20/s }
steps: [{ at: 0s, start: all }, { at: 2s }]
`

async function begin(text = cluster): Promise<void> {
  session = new EngineSession()
  await session.startText(text)
}

const nodes = async (): Promise<readonly NodeView[]> => (await session.engine.call('deployment.view', {})).nodes
const nodeOf = async (name: string) => (await nodes()).find((node) => node.name === name)!

describe('a deployment', () => {
  it('is there from the first moment, with every node knowing every other', async () => {
    await begin()
    const { nowUs, nodes: all } = await session.engine.call('deployment.view', {})
    expect([nowUs, all.length]).toEqual([0, 6])
    for (const { role, link, cluster: part } of all) {
      expect(part).toMatchObject({ state: 'ok', currentEpoch: 3 })
      expect(part!.beliefs).toHaveLength(6)
      expect(part!.beliefs.every(({ flags }) => !flags.includes('fail') && !flags.includes('fail?'))).toBe(true)
      expect(link).toBe(role === 'primary' ? 'none' : 'up')
    }
    expect(all.map(({ cluster: part }) => part!.slots)).toEqual([
      [[0, 5460]],
      [[5461, 10922]],
      [[10923, 16383]],
      [],
      [],
      [],
    ])
  })

  it('loses a node, elects another, and takes the old one back, all put down to the call', async () => {
    await begin()
    const { id } = await session.engine.call('fault.apply', { fault: { kind: 'kill', nodes: ['node-1'] } })
    expect((await nodeOf('node-1')).state).toBe('down')
    await session.engine.call('time.speed', { speed: 100 })
    await session.engine.call('time.resume', {})
    await session.until(() => session.of('node.promoted').length > 0)
    const chain: string[] = []
    for (let seq = session.of('node.promoted')[0]!.seq; seq > 0;) {
      const event = session.events.find((one) => one.seq === seq)!
      if (chain.at(-1) !== event.type) chain.push(event.type)
      seq = event.cause
    }
    expect(chain).toEqual([
      'node.promoted',
      'election.won',
      'vote.counted',
      'vote.granted',
      'election.started',
      'election.scheduled',
      'node.failed',
      'node.suspected',
      'node.killed',
      'input.applied',
    ])
    await session.engine.call('fault.heal', { id })
    await session.until(() => session.of('node.demoted').some(({ node }) => node === 'node-1'))
    expect(await nodeOf('node-1')).toMatchObject({ state: 'running', role: 'replica', primary: 'node-4' })
    expect((await session.engine.call('deployment.view', {})).faults).toEqual([])
  })

  it('is broken while time stands still, and healed by itself', async () => {
    await begin()
    const groups = [
      ['node-1', 'node-4'],
      ['node-2', 'node-3', 'node-5', 'node-6'],
    ]
    const { id } = await session.engine.call('fault.apply', { fault: { kind: 'partition', groups }, forUs: 5_000_000 })
    const { faults } = await session.engine.call('deployment.view', {})
    expect(faults).toMatchObject([{ id, sinceUs: 0, endsUs: 5_000_000, fault: { kind: 'partition', groups } }])
    await session.engine.call('time.speed', { speed: 100 })
    await session.engine.call('time.resume', {})
    await session.until(() => session.of('partition.healed').length > 0)
    expect(session.of('partition.healed')).toMatchObject([{ t: 5_000_000, fault: id }])
    await session.until(() => session.of('node.cleared').length > 0)
  })

  it('says what is wrong with a fault, and changes nothing', async () => {
    await begin()
    const apply = (fault: Parameters<typeof session.engine.call<'fault.apply'>>[1]['fault']) =>
      session.engine.call('fault.apply', { fault })
    await expect(apply({ kind: 'kill', nodes: ['node-9'] })).rejects.toMatchObject({ code: 'node.unknown' })
    await expect(apply({ kind: 'cut', from: ['node-1'], to: ['nobody'] })).rejects.toMatchObject({
      code: 'fault.machine',
      values: { machine: 'nobody' },
    })
    await expect(apply({ kind: 'partition', groups: [['node-1'], ['node-1']] })).rejects.toMatchObject({
      code: 'fault.twice',
    })
    await expect(session.engine.call('fault.heal', { id: 7 })).rejects.toMatchObject({ code: 'fault.unknown' })
    expect((await nodes()).every(({ state }) => state === 'running')).toBe(true)
  })

  it('grows and shrinks, and its slots move, while a client goes on', async () => {
    await begin()
    const change = (wanted: Parameters<typeof session.engine.call<'topology.change'>>[1]['change']) =>
      session.engine.call('topology.change', { change: wanted })
    await change({ kind: 'add-node' })
    await change({ kind: 'move-slots', slots: [[0, 9]], to: 'node-7' })
    await session.engine.call('time.speed', { speed: 100 })
    await session.engine.call('time.resume', {})
    await session.until(() => session.of('slots.moved').some(({ to }) => to === 'node-7'))
    await change({ kind: 'failover', replica: 'node-4', how: 'default' })
    await session.until(() => session.of('node.promoted').some(({ node }) => node === 'node-4'))
    await change({ kind: 'remove-node', node: 'node-7' })
    await session.until(() => session.of('node.killed').some(({ node }) => node === 'node-7'))
    const left = await nodes()
    expect(left.map(({ name }) => name)).not.toContain('node-7')
    const slots = left
      .flatMap(({ cluster: part }) => part!.slots)
      .reduce((sum, [first, last]) => sum + last - first + 1, 0)
    expect(slots).toBe(16_384)
    expect(session.of('note').filter(({ text }) => text.startsWith('operator:'))).toEqual([])
  })

  it('says how far its operator is, and why a job could not be done', async () => {
    await begin()
    const change = (wanted: Parameters<typeof session.engine.call<'topology.change'>>[1]['change']) =>
      session.engine.call('topology.change', { change: wanted })
    const view = () => session.engine.call('deployment.view', {})
    const move = { kind: 'move-slots' as const, slots: [[0, 99] as [number, number]], to: 'node-2' }
    await change(move)
    await change({ kind: 'failover', replica: 'node-3' })
    expect((await view()).jobs.map((job) => job.change.kind)).toEqual(['move-slots', 'failover'])
    await session.engine.call('time.speed', { speed: 100 })
    await session.engine.call('time.resume', {})
    await session.until(() => session.of('slots.moved').length > 40)
    const [first] = (await view()).jobs
    expect(first).toMatchObject({ change: move, of: 100 })
    expect(first!.done).toBeGreaterThan(0)
    await session.until(() => session.of('note').length > 0)
    expect(await view()).toMatchObject({
      jobs: [],
      jobFailure: {
        change: { kind: 'failover', replica: 'node-3' },
        problem: 'ERR You should send CLUSTER FAILOVER to a replica',
      },
    })
  })

  it('gets another Sentinel, whose vote counts, and loses one, whom the others forget', async () => {
    await begin(`
eventyard: 1
name: Two Sentinels
deployment: { topology: replicated, replicas: 1, sentinels: 2 }
actors: {}
steps: [{ at: 2s }]
`)
    await session.engine.call('topology.change', { change: { kind: 'add-sentinel' } })
    await session.engine.call('time.speed', { speed: 100 })
    await session.engine.call('time.resume', {})
    const jobsDone = async () => {
      for (;;) {
        const { jobs, jobFailure } = await session.engine.call('deployment.view', {})
        expect(jobFailure).toBe(null)
        if (jobs.length === 0) return
        const { length } = session.events
        await Promise.race([session.until(() => session.events.length > length), session.engine.call('run.state', {})])
      }
    }
    await jobsDone()
    expect(await nodeOf('sentinel-3')).toMatchObject({ role: 'sentinel', port: 26_381, state: 'running' })
    expect(session.of('sentinel.said').filter(({ event }) => event === '+sentinel')).toHaveLength(4)
    // Two of two were a majority of two; with one of them gone it takes the new one.
    await session.engine.call('fault.apply', { fault: { kind: 'kill', nodes: ['node-1', 'sentinel-1'] } })
    await session.until(() => session.of('node.promoted').some(({ node }) => node === 'node-2'))
    await session.engine.call('fault.heal', {})
    await session.engine.call('topology.change', { change: { kind: 'remove-node', node: 'sentinel-1' } })
    await jobsDone()
    expect((await nodes()).map(({ name }) => name)).toEqual(['node-1', 'node-2', 'sentinel-2', 'sentinel-3'])
    // The operator waited until node-1 followed again: the Sentinels would have forgotten it with the rest.
    expect(await nodeOf('node-1')).toMatchObject({ role: 'replica', primary: 'node-2', link: 'up' })
    await session.engine.call('fault.apply', { fault: { kind: 'kill', nodes: ['node-2'] } })
    await session.until(() => session.of('node.promoted').some(({ node }) => node === 'node-1'))
  })

  it('forgets the faults of a node that was removed, and of one that goes on by hand', async () => {
    await begin()
    const { id } = await session.engine.call('fault.apply', {
      fault: { kind: 'pause', nodes: ['node-5', 'node-6'] },
      forUs: 20_000_000,
    })
    await session.engine.call('node.resume', { node: 'node-5' })
    expect((await session.engine.call('deployment.view', {})).faults.map((fault) => fault.id)).toEqual([id])
    await session.engine.call('topology.change', { change: { kind: 'remove-node', node: 'node-6' } })
    await session.engine.call('time.speed', { speed: 100 })
    await session.engine.call('time.resume', {})
    await session.until(() => (session.state?.nowUs ?? 0) > 21_000_000)
    expect(session.state!.error).toBe(null)
    expect((await session.engine.call('deployment.view', {})).faults).toEqual([])
  })

  it('shows what a client believes of the slots until it is told otherwise', async () => {
    await begin(cluster.replace('INCR orders', 'INCR other'))
    const map = async () => (await session.engine.call('deployment.view', { slotMaps: true })).slotMaps
    expect((await session.engine.call('deployment.view', {})).slotMaps).toEqual([])
    await session.engine.call('time.speed', { speed: 10 })
    await session.engine.call('time.resume', {})
    await session.until(() => session.of('command.replied').length > 3)
    const before = [
      { first: 0, last: 5460, node: 'node-1' },
      { first: 5461, last: 10_922, node: 'node-2' },
      { first: 10_923, last: 16_383, node: 'node-3' },
    ]
    expect(await map()).toEqual([{ actor: 'shop', ranges: before }])
    // Nobody sends it elsewhere: it asks for other slots.
    const slots: [number, number][] = [[0, 1]]
    await session.engine.call('topology.change', { change: { kind: 'move-slots', slots, to: 'node-2' } })
    await session.until(() => session.of('slots.moved').some((moved) => moved.slots === '1'))
    expect((await nodeOf('node-1')).cluster!.slots).toEqual([[2, 5460]])
    expect(await map()).toEqual([{ actor: 'shop', ranges: before }])
  })

  it('lets each node be looked at and talked to by its name', async () => {
    await begin()
    await session.engine.call('time.speed', { speed: 10 })
    await session.engine.call('time.resume', {})
    await session.until(() => session.of('command.replied').length > 20)
    // The slot of "orders" is node-1's, and node-4 follows it.
    const keys = async (node: string) => (await session.engine.call('data.databases', { node })).databases[0]!.keys
    expect([await keys('node-1'), await keys('node-2'), await keys('node-4')]).toEqual([1, 0, 1])
    const argv = ['DBSIZE'] as Bytes[]
    const { replies } = await session.engine.call('data.peek', { db: 0, commands: [argv], node: 'node-2' })
    expect(replies).toEqual([{ kind: 'integer', value: 0 }])
    const console = await session.engine.call('console.open', { purpose: 'console', node: 'node-2' })
    await session.engine.call('console.send', {
      session: console.session,
      commands: [{ command: 1, argv: ['GET', 'orders'] as Bytes[] }],
    })
    await session.until(() => session.heard.some(({ kind }) => kind === 'reply'))
    expect(session.console!.state.address).toBe('127.0.0.1:7002')
    expect(session.heard.find(({ kind }) => kind === 'reply')).toMatchObject({
      reply: { kind: 'error', text: 'MOVED 105 127.0.0.1:7001' },
    })
    await session.engine.call('fault.apply', { fault: { kind: 'kill', nodes: ['node-2'] } })
    await expect(keys('node-2')).rejects.toMatchObject({ code: 'node.down' })
    await expect(keys('node-9')).rejects.toMatchObject({ code: 'node.unknown' })
  })

  it('shows what is on its way, and goes as it would if nobody looked', async () => {
    // Its client is sent elsewhere while the slot moves.
    await begin(cluster.replace('{ at: 2s }', '{ at: 1s, move-slots: { of: orders, to: node-2 } }, { at: 2s }'))
    const hashOf = async (look: () => Promise<void>) => {
      const { run } = await session.restart()
      await session.engine.call('time.speed', { speed: 10 })
      const isOver = () => session.state?.run === run && session.state.script.ended
      while (!isOver()) {
        await look()
        const { length } = session.events
        await session.until(() => session.events.length !== length || isOver())
      }
      return session.state!.script.hash
    }
    const flights: Flight[] = []
    const alone = await hashOf(() => Promise.resolve())
    const watched = await hashOf(async () => {
      flights.push(...(await session.engine.call('deployment.flights', {})).flights)
    })
    expect(watched).toBe(alone)
    const kinds = new Set(flights.map(({ kind }) => kind))
    expect([...kinds].sort()).toEqual(['acknowledgement', 'command', 'gossip', 'redirect', 'replication', 'reply'])
    const commands = flights.filter(({ kind, from }) => kind === 'command' && from === 'shop')
    const sent = new Set(session.of('command.sent').map(({ t }) => t))
    expect(commands.length).toBeGreaterThan(0)
    expect(commands.every(({ sentUs }) => sent.has(sentUs))).toBe(true)
    for (const { sentUs, arrivesUs } of flights) {
      expect(arrivesUs! - sentUs).toBeGreaterThanOrEqual(300)
      expect(arrivesUs! - sentUs).toBeLessThan(3000)
    }
  })

  it('of one node has no slots to move', async () => {
    session = new EngineSession()
    await session.start()
    await expect(session.engine.call('topology.change', { change: { kind: 'rebalance' } })).rejects.toMatchObject({
      code: 'operator.topology',
    })
  })
})

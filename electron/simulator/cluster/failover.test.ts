import { describe, expect, it } from 'vitest'
import { TestCluster } from '../testing/test-cluster'
import type { ClusterEvent } from './cluster-events'

const TIMEOUT_MS = 2000
const TICK_MS = 100

describe('when a primary is killed', () => {
  it('its replica takes its slots, after the time that Redis needs', () => {
    for (let seed = 1; seed <= 24; seed++) {
      // How long each node had waited for the primary's answer when it began to doubt it.
      const waits: number[] = []
      const noteWait = (place: number, event: ClusterEvent) => {
        if (event.kind !== 'node-suspected' || event.about !== cluster.id(cluster.nodes[0]!)) return
        const { table, nowMs } = cluster.nodes[place]!.node.cluster!
        const { pingSentMs, dataReceivedMs } = table.find(event.about)!
        waits.push(nowMs - Math.max(pingSentMs, dataReceivedMs))
      }
      const observe = (place: number) => ({ clusterEvent: (event: ClusterEvent) => noteWait(place, event) })
      const cluster: TestCluster = new TestCluster({ seed, observe }).create()
      cluster.advance(3000 + seed * 37)
      const [primary] = cluster.nodes
      cluster.events.length = 0
      const killedMs = cluster.nowMs
      primary!.kill()
      cluster.until('promoted', () => cluster.seen('promoted').length > 0, 20_000)
      const [failed] = cluster.seen('node-failed')
      const [scheduled] = cluster.seen('election-scheduled')
      const [started] = cluster.seen('election-started')
      const [promoted] = cluster.seen('promoted')
      expect(waits.length).toBeGreaterThanOrEqual(2)
      for (const ms of waits) {
        expect(ms).toBeGreaterThan(TIMEOUT_MS)
        expect(ms).toBeLessThanOrEqual(TIMEOUT_MS + TICK_MS)
      }
      // A PING may have been on its way, or the last PONG was just there: then the next PING comes half a time-out later.
      expect(failed!.atMs - killedMs).toBeGreaterThan(TIMEOUT_MS - TICK_MS)
      expect(failed!.atMs - killedMs).toBeLessThan(TIMEOUT_MS * 1.5 + 1000 + 3 * TICK_MS)
      const { fixedMs, randomMs, rank, delayMs } = scheduled!.event
      expect([fixedMs, rank, delayMs]).toEqual([500, 0, 500 + randomMs])
      expect(scheduled!.atMs - failed!.atMs).toBeLessThanOrEqual(TICK_MS)
      const waitedMs = started!.atMs - scheduled!.atMs
      expect(waitedMs).toBeGreaterThanOrEqual(delayMs - 1)
      expect(waitedMs).toBeLessThanOrEqual(delayMs + TICK_MS)
      // Two flights: the request and the vote.
      expect(promoted!.atMs - started!.atMs).toBeLessThan(TICK_MS)
      expect(promoted!.node).toBe('node-4')
      cluster.until('well again', () => cluster.isWell, 10_000)
    }
  })

  it('and comes back, it follows the one that has replaced it', () => {
    const cluster = new TestCluster().create()
    const [primary, , , replica] = cluster.nodes
    primary!.kill()
    cluster.until('promoted', () => cluster.seen('promoted').length > 0, 20_000)
    primary!.start()
    cluster.until('follows', () => primary!.node.replication.primary?.port === replica!.port, 20_000)
    cluster.until('well again', () => cluster.isWell)
    expect(cluster.ask(primary!, 'CLUSTER', 'NODES')).toMatch(/myself,slave/)
  })

  it('its replica does not stand when it was started again and has not reached it since', () => {
    const cluster = new TestCluster({ config: { appendonly: 'yes' } }).create()
    const [primary, , , replica] = cluster.nodes
    replica!.kill()
    primary!.kill()
    cluster.advance(1000)
    replica!.start()
    // Nobody knows how old its data is: redis-server 7.0.15 takes it for older than anything.
    cluster.until('prevented', () => cluster.seen('failover-prevented').length > 0)
    cluster.advance(20_000)
    expect(cluster.seen('promoted')).toEqual([])
    expect(cluster.ask(replica!, 'INFO', 'replication')).toContain('master_link_down_since_seconds:-1')
    primary!.start()
    cluster.until('well again', () => cluster.isWell && replica!.node.replication.link === 'up')
    primary!.kill()
    cluster.until('promoted', () => replica!.node.cluster!.myself.isPrimary)
  })

  it('writes that its replica had are kept', () => {
    const cluster = new TestCluster().create()
    const [primary, , , replica] = cluster.nodes
    // Slot 866.
    expect(cluster.ask(primary!, 'SET', 'hello', 'world')).toBe('OK')
    cluster.until('replicated', () => replica!.node.keyspace.databases[0]!.size === 1)
    primary!.kill()
    cluster.until('well again', () => cluster.seen('promoted').length > 0 && cluster.isWell)
    expect(cluster.ask(replica!, 'GET', 'hello')).toBe('world')
  })
})

describe('a network that is parted', () => {
  it('has one side that serves, and one owner of each slot when it is whole again', () => {
    const cluster = new TestCluster({ seed: 3 }).create()
    const [a, , , replicaOfA] = cluster.nodes
    const others = cluster.nodes.filter((node) => node !== a)
    const mend = cluster.part([a!], others)
    cluster.until('the minority stops', () => !a!.node.cluster!.health.isOk, TIMEOUT_MS * 2)
    expect(cluster.ask(a!, 'GET', 'hello')).toBe('CLUSTERDOWN The cluster is down')
    cluster.until('the majority elects', () => replicaOfA!.node.cluster!.myself.isPrimary, 20_000)
    expect(a!.node.cluster!.myself.slotCount).toBeGreaterThan(0)
    mend()
    cluster.until('one view', () => cluster.isWell && a!.node.cluster!.myself.isReplica, 60_000)
    expect(a!.node.cluster!.myself.slotCount).toBe(0)
    const owners = cluster.nodes.map(({ node }) => node.cluster!.table.owner(866)!.name)
    expect(new Set(owners)).toEqual(new Set([cluster.id(replicaOfA!)]))
  })
})

describe('CLUSTER FAILOVER', () => {
  it('lets a replica and its primary change places at once', () => {
    const cluster = new TestCluster().create()
    const [primary, , , replica] = cluster.nodes
    cluster.ask(primary!, 'SET', 'hello', 'world')
    const beganMs = cluster.nowMs
    expect(cluster.ask(replica!, 'CLUSTER', 'FAILOVER')).toBe('OK')
    cluster.until('promoted', () => replica!.node.cluster!.myself.isPrimary, 1000)
    expect(cluster.nowMs - beganMs).toBeLessThan(500)
    cluster.until('well again', () => cluster.isWell)
    expect(primary!.node.replication.primary?.port).toBe(replica!.port)
    expect(primary!.node.pause.isOn).toBe(false)
    expect(cluster.ask(replica!, 'GET', 'hello')).toBe('world')
  })

  it('waits until the replica has all that the primary had when it paused its clients', () => {
    const cluster = new TestCluster().create()
    const [primary, , , replica] = cluster.nodes
    const isThere = () => replica!.node.keyspace.databases[0]!.size === 1
    let release: (() => void) | undefined
    // The next flight is the write's: the primary has nothing else to say just then.
    cluster.deployment.network.play(primary!.name, replica!.name, 'hold', (letGo) => (release = letGo))
    expect(cluster.ask(primary!, 'SET', 'hello', 'world')).toBe('OK')
    expect(release).toBeDefined()
    expect(cluster.ask(replica!, 'CLUSTER', 'FAILOVER')).toBe('OK')
    cluster.until('paused', () => primary!.node.pause.isOn, 1000)
    cluster.advance(3000)
    // The primary's offset has come over the bus, and is not reached.
    expect(isThere()).toBe(false)
    expect(replica!.node.replication.offset).toBeLessThan(primary!.node.replication.offset)
    expect(cluster.seen('manual-failover').map(({ event }) => event.step)).toEqual(['requested', 'paused'])
    expect(cluster.seen('promoted')).toEqual([])
    release!()
    cluster.until('promoted', () => replica!.node.cluster!.myself.isPrimary, 1000)
    expect(isThere()).toBe(true)
    expect(cluster.seen('manual-failover').at(-1)!.event.step).toBe('offset matched')
    cluster.until('well again', () => cluster.isWell)
    expect(cluster.ask(replica!, 'GET', 'hello')).toBe('world')
  })

  it('with FORCE does without the primary, and with TAKEOVER without the others', () => {
    const cluster = new TestCluster().create()
    const [primary, other, third, replica] = cluster.nodes
    primary!.kill()
    cluster.advance(500)
    expect(cluster.ask(replica!, 'CLUSTER', 'FAILOVER', 'FORCE')).toBe('OK')
    cluster.until('promoted', () => replica!.node.cluster!.myself.isPrimary, 1000)
    primary!.start()
    cluster.until('well again', () => cluster.isWell && primary!.node.cluster!.myself.isReplica)
    for (const node of [replica, other, third]) node!.kill()
    cluster.advance(500)
    expect(cluster.ask(primary!, 'CLUSTER', 'FAILOVER', 'TAKEOVER')).toBe('OK')
    expect(primary!.node.cluster!.myself.isPrimary).toBe(true)
    expect(primary!.node.cluster!.myself.slotCount).toBeGreaterThan(5000)
  })
})

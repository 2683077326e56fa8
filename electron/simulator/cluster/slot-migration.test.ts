import { describe, expect, it } from 'vitest'
import { TestCluster } from '../testing/test-cluster'

/** Of `{hello}`. */
const SLOT = '866'

function twoSides() {
  const cluster = new TestCluster().create()
  const [source, target, third] = cluster.nodes
  for (const key of ['{hello}1', '{hello}2', '{hello}3']) cluster.ask(source!, 'SET', key, `value of ${key}`)
  expect(cluster.ask(target!, 'CLUSTER', 'SETSLOT', SLOT, 'IMPORTING', cluster.id(source!))).toBe('OK')
  expect(cluster.ask(source!, 'CLUSTER', 'SETSLOT', SLOT, 'MIGRATING', cluster.id(target!))).toBe('OK')
  const move = (...keys: string[]) =>
    cluster.ask(source!, 'MIGRATE', target!.host, String(target!.port), '', '0', '1000', 'KEYS', ...keys)
  return { cluster, source: source!, target: target!, third: third!, move }
}

describe('a slot on its way', () => {
  it('is served where its keys are', () => {
    const { cluster, source, target, move } = twoSides()
    expect(move('{hello}1')).toBe('OK')
    const ask = `ASK ${SLOT} 127.0.0.1:7002`
    expect(cluster.ask(source, 'GET', '{hello}1')).toBe(ask)
    expect(cluster.ask(source, 'SET', '{hello}new', '1')).toBe(ask)
    expect(cluster.ask(source, 'GET', '{hello}2')).toBe('value of {hello}2')
    expect(cluster.ask(source, 'MGET', '{hello}1', '{hello}2')).toBe(ask)
    expect(cluster.ask(target, 'GET', '{hello}1')).toBe(`MOVED ${SLOT} 127.0.0.1:7001`)
    expect(cluster.ask(target, 'ASKING')).toBe('OK')
    expect(cluster.ask(target, 'GET', '{hello}1')).toBe('value of {hello}1')
    expect(cluster.ask(target, 'GET', '{hello}1')).toBe(`MOVED ${SLOT} 127.0.0.1:7001`)
    cluster.ask(target, 'ASKING')
    expect(cluster.ask(target, 'MGET', '{hello}1', '{hello}2')).toBe(
      'TRYAGAIN Multiple keys request during rehashing of slot',
    )
  })

  it('belongs to the target for everybody once both sides are told', () => {
    const { cluster, source, target, third, move } = twoSides()
    expect(cluster.ask(source, 'CLUSTER', 'SETSLOT', SLOT, 'NODE', cluster.id(target))).toContain('still hold keys')
    expect(move('{hello}1', '{hello}2', '{hello}3', 'none')).toBe(
      "CROSSSLOT Keys in request don't hash to the same slot",
    )
    expect(move('{hello}1', '{hello}2', '{hello}3', '{hello}none')).toBe('OK')
    expect(move('{hello}1')).toBe('NOKEY')
    expect(cluster.ask(source, 'CLUSTER', 'COUNTKEYSINSLOT', SLOT)).toBe('0')
    expect(cluster.ask(target, 'CLUSTER', 'COUNTKEYSINSLOT', SLOT)).toBe('3')
    for (const node of [target, source]) {
      expect(cluster.ask(node, 'CLUSTER', 'SETSLOT', SLOT, 'NODE', cluster.id(target))).toBe('OK')
    }
    cluster.until('everybody knows', () =>
      cluster.nodes.every(({ node }) => node.cluster!.table.owner(866)?.name === cluster.id(target)),
    )
    cluster.until('well', () => cluster.isWell)
    expect(cluster.ask(third, 'GET', '{hello}1')).toBe(`MOVED ${SLOT} 127.0.0.1:7002`)
    expect(cluster.ask(target, 'GET', '{hello}1')).toBe('value of {hello}1')
    const replicaOfSource = cluster.nodes[3]!
    expect(replicaOfSource.node.keyspace.databases[0]!.size).toBe(0)
    expect(cluster.nodes[4]!.node.keyspace.databases[0]!.size).toBe(3)
    const moves = cluster.seen('slots-moved').filter(({ event }) => event.ranges[0]![0] === 866)
    expect(new Set(moves.map(({ event }) => event.to))).toContain(cluster.id(target))
  })

  it('sends those away who wait for a key of it', () => {
    const { cluster, source, move } = twoSides()
    const waiting = cluster.deployment.client(source, 'waiting')
    waiting.post('BLPOP', '{hello}2list', '0')
    cluster.advance(50)
    // A key that is not there is asked for at the target: nobody waits for it here.
    expect(waiting.replies[0]).toMatchObject({ text: `ASK ${SLOT} 127.0.0.1:7002` })
    expect(move('{hello}1', '{hello}2', '{hello}3')).toBe('OK')
  })
})

describe('who waits for a key', () => {
  it('is told where to go when the slot goes', () => {
    const cluster = new TestCluster().create()
    const [source, target] = cluster.nodes
    const waiting = cluster.deployment.client(source!, 'waiting')
    waiting.post('BLPOP', '{hello}list', '0')
    cluster.advance(50)
    expect(cluster.ask(source!, 'CLUSTER', 'SETSLOT', SLOT, 'NODE', cluster.id(target!))).toBe('OK')
    cluster.until('redirected', () => waiting.replies.length === 1, 200)
    expect(waiting.replies[0]).toMatchObject({ text: `MOVED ${SLOT} 127.0.0.1:7002` })
  })

  it('is told that the cluster is down', () => {
    const cluster = new TestCluster().create()
    const [source, ...others] = cluster.nodes
    const waiting = cluster.deployment.client(source!, 'waiting')
    waiting.post('BLPOP', '{hello}list', '0')
    cluster.advance(50)
    for (const node of others) node.kill()
    cluster.until('told', () => waiting.replies.length === 1, 10_000)
    expect(waiting.replies[0]).toMatchObject({ text: 'CLUSTERDOWN The cluster is down' })
  })
})

describe('MIGRATE', () => {
  it('says why it cannot', () => {
    const { cluster, source, target } = twoSides()
    const migrate = (...rest: string[]) => cluster.ask(source, 'MIGRATE', ...rest)
    const { host } = target
    expect(migrate(host, '7099', '{hello}1', '0', '100')).toBe('IOERR error or timeout connecting to the client')
    target.pause()
    const beforeMs = cluster.nowMs
    expect(migrate(host, '7002', '{hello}1', '0', '100')).toMatch(/^IOERR error or timeout/)
    expect(cluster.nowMs - beforeMs).toBeLessThan(250)
    target.resume()
    cluster.advance(500)
    cluster.ask(target, 'ASKING')
    cluster.ask(target, 'RESTORE', '{hello}1', '0', 'x')
    expect(migrate(host, '7002', '{hello}2', '0', '100', 'COPY')).toBe('OK')
    expect(migrate(host, '7002', '{hello}2', '0', '100')).toBe(
      'ERR Target instance replied with error: BUSYKEY Target key name already exists.',
    )
    expect(migrate(host, '7002', '{hello}2', '0', '100', 'REPLACE', 'AUTH', 'x')).toMatch(
      /^ERR Target instance replied with error: ERR AUTH <password> called without any password/,
    )
    expect(migrate(host, '7002', '{hello}2', '0', '100', 'REPLACE')).toBe('OK')
    expect(cluster.ask(source, 'INFO', 'stats')).toContain('migrate_cached_sockets:1')
    cluster.advance(12_000)
    expect(cluster.ask(source, 'INFO', 'stats')).toContain('migrate_cached_sockets:0')
  })

  it('keeps everybody waiting meanwhile', () => {
    const { cluster, source, target } = twoSides()
    cluster.deployment.network.links.add({ delayUs: 50_000, on: (a, b) => a === 'node-1' && b === 'node-2' })
    const mover = cluster.deployment.client(source, 'mover')
    const other = cluster.deployment.client(source, 'other')
    other.send('PING')
    mover.post('MIGRATE', target.host, '7002', '{hello}1', '0', '1000')
    mover.post('GET', '{hello}2')
    cluster.advance(10)
    other.post('GET', '{hello}2')
    cluster.advance(60)
    expect([mover.replies.length, other.replies.length]).toEqual([0, 1])
    cluster.advance(100)
    expect([mover.replies.length, other.replies.length]).toEqual([2, 2])
  })
})

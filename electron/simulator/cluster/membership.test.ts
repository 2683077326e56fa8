import { describe, expect, it } from 'vitest'
import type { EventyardError } from '../../../shared/errors'
import { SimulatedDisk } from '../disk/simulated-disk'
import { RedisNode } from '../node/redis-node'
import { SeededRandom } from '../clock/seeded-random'
import { ManualClock } from '../testing/manual-clock'
import { TestCluster } from '../testing/test-cluster'

describe('six nodes made a cluster', () => {
  it('come to one view in which all slots are served', () => {
    const cluster = new TestCluster().create()
    for (const node of cluster.nodes) {
      const info = cluster.ask(node, 'CLUSTER', 'INFO')
      expect(info).toContain('cluster_state:ok\r\ncluster_slots_assigned:16384\r\ncluster_slots_ok:16384\r\n')
      expect(info).toContain('cluster_known_nodes:6\r\ncluster_size:3\r\n')
    }
  })

  it('are the same in each run of a seed', () => {
    const run = (seed: number) => {
      const cluster = new TestCluster({ seed }).create()
      cluster.nodes[0]!.kill()
      cluster.advance(10_000)
      return [cluster.ask(cluster.nodes[1]!, 'CLUSTER', 'NODES'), cluster.events]
    }
    expect(run(7)).toEqual(run(7))
    expect(run(7)).not.toEqual(run(8))
  })

  it('find each other again when all are started anew', () => {
    const cluster = new TestCluster().create()
    const ids = cluster.nodes.map((node) => cluster.id(node))
    const view = cluster.view(cluster.nodes[2]!)
    for (const node of cluster.nodes) node.kill()
    cluster.advance(5000)
    for (const node of cluster.nodes) node.start()
    expect(cluster.nodes.map((node) => cluster.id(node))).toEqual(ids)
    expect(cluster.ask(cluster.nodes[0]!, 'GET', 'hello')).toBe('CLUSTERDOWN The cluster is down')
    cluster.until('well', () => cluster.isWell)
    expect(cluster.view(cluster.nodes[2]!)).toBe(view)
    // A primary that was started does not serve at once: it may have been replaced.
    expect(cluster.seen('state-changed').at(-1)!.event.state).toBe('ok')
  })

  it('resolve it when some have the same epoch', () => {
    const cluster = new TestCluster({ replicasEach: 0 }).create()
    const epochs = () => cluster.nodes.map(({ node }) => node.cluster!.myself.configEpoch)
    expect(epochs()).toEqual([1, 2, 3])
    for (const { node } of cluster.nodes) node.cluster!.myself.configEpoch = 9
    cluster.until('epochs differ', () => new Set(epochs()).size === 3)
  })
})

describe('a node', () => {
  it('that nobody answers is forgotten when the handshake has taken too long', () => {
    const cluster = new TestCluster({ primaries: 1, replicasEach: 0 })
    const [node] = cluster.nodes
    expect(cluster.ask(node!, 'CLUSTER', 'MEET', '127.0.0.1', '7999')).toBe('OK')
    cluster.advance(500)
    expect(cluster.ask(node!, 'CLUSTER', 'NODES')).toContain(':7999@17999 handshake - ')
    cluster.advance(2000)
    expect(cluster.ask(node!, 'CLUSTER', 'NODES')).not.toContain('7999')
    expect(cluster.seen('node-forgotten')[0]!.event.why).toBe('handshake timed out')
  })

  it('that is forgotten comes back by gossip after a minute only', () => {
    const cluster = new TestCluster({ primaries: 4, replicasEach: 0 }).create()
    const [a, , , d] = cluster.nodes
    const id = cluster.id(d!)
    expect(cluster.ask(a!, 'CLUSTER', 'FORGET', id)).toBe('OK')
    cluster.advance(59_000)
    expect(cluster.known(a!)).toBe(3)
    cluster.until('it is back', () => cluster.known(a!) === 4, 10_000)
  })

  it('that is reset is alone, and has another name after a hard one', () => {
    const cluster = new TestCluster().create()
    const replica = cluster.nodes[5]!
    const id = cluster.id(replica)
    expect(cluster.ask(replica, 'CLUSTER', 'RESET')).toBe('OK')
    expect([cluster.id(replica), cluster.known(replica)]).toEqual([id, 1])
    expect(replica.node.cluster!.table.currentEpoch).toBeGreaterThan(0)
    expect(cluster.ask(replica, 'CLUSTER', 'RESET', 'HARD')).toBe('OK')
    expect(cluster.id(replica)).not.toBe(id)
    expect(replica.node.cluster!.table.currentEpoch).toBe(0)
    expect(cluster.ask(cluster.nodes[0]!, 'CLUSTER', 'RESET')).toBe('OK')
  })

  it('goes over to a primary that has lost its last replica', () => {
    const cluster = new TestCluster({
      primaries: 3,
      replicasEach: 2,
      config: { 'cluster-node-timeout': '1000' },
    }).create()
    const [, b] = cluster.nodes
    const replicasOfB = cluster.nodes.filter(({ node }) => node.cluster!.myself.primary?.name === cluster.id(b!))
    expect(replicasOfB).toHaveLength(2)
    for (const node of replicasOfB) node.kill()
    cluster.until('helped', () => cluster.seen('reconfigured').some(({ event }) => event.to === cluster.id(b!)), 30_000)
    cluster.until('has a replica', () => b!.node.cluster!.myself.workingReplicas === 1, 30_000)
  })
})

describe('a node that starts', () => {
  const start = (file: string | undefined, died: (why: EventyardError) => void = () => undefined) => {
    const clock = new ManualClock(1_700_000_000_000_000)
    const disk = new SimulatedDisk({ clock })
    if (file !== undefined) disk.append('nodes.conf', Buffer.from(file))
    const config = { 'cluster-enabled': 'yes' }
    return new RedisNode({
      name: 'n',
      host: '127.0.0.1',
      port: 7001,
      clock,
      random: new SeededRandom(1),
      disk,
      config,
      died,
    })
  }
  const [me, other] = ['a'.repeat(40), 'b'.repeat(40)]
  const line = `${me} 127.0.0.1:7001@17001 myself,master - 0 0 3 connected 0-10 20 [5->-${other}] [30-<-${other}]`

  it('takes up what its file says', () => {
    const text = `${line}\n${other} 127.0.0.1:7002@17002,name master,fail? - 0 1 4 connected 11-19\nvars currentEpoch 6 lastVoteEpoch 5\n`
    const { cluster } = start(text)
    const { table, myself } = cluster!
    expect([myself.name, myself.slotCount, table.currentEpoch, table.lastVoteEpoch]).toEqual([me, 12, 6, 5])
    expect([table.migrating.get(5)!.name, table.importing.get(30)!.name]).toEqual([other, other])
    expect([table.find(other)!.hostname, table.find(other)!.isSuspected, table.owner(15)!.name]).toEqual([
      'name',
      true,
      other,
    ])
  })

  it.each([
    ['no node of its own', `${other} 127.0.0.1:7002@17002 master - 0 0 4 connected\n`],
    ['two of them', `${line}\n${line.replace(me, other)}\n`],
    ['half a line', 'aaaa 127.0.0.1'],
    ['a slot that does not exist', `${line} 16384\n`],
    ['a flag that does not exist', `${line.replace('master', 'boss')}\n`],
  ])('does not start from a file with %s', (_what, text) => {
    const why: EventyardError[] = []
    const node = start(text, (error) => why.push(error))
    expect(node.isShutDown).toBe(true)
    expect(why.map(({ code }) => code)).toEqual(['cluster.config'])
  })

  it('takes slots that it has keys of and nobody serves', () => {
    const cluster = new TestCluster({
      primaries: 1,
      replicasEach: 0,
      config: { appendonly: 'yes', appendfsync: 'always' },
    })
    const [node] = cluster.nodes
    cluster.ask(node!, 'CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
    cluster.advance(3000)
    expect(cluster.ask(node!, 'SET', 'hello', 'world')).toBe('OK')
    cluster.ask(node!, 'CLUSTER', 'DELSLOTS', '866')
    cluster.advance(10)
    node!.kill()
    node!.start()
    expect(node!.node.cluster!.table.owner(866)?.isMyself).toBe(true)
  })
})

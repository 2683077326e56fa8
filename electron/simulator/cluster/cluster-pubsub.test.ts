import { describe, expect, it } from 'vitest'
import type { Reply } from '../resp/reply'
import { TestCluster } from '../testing/test-cluster'

const words = (replies: readonly Reply[]) =>
  replies.map((reply) =>
    'items' in reply ? reply.items.map((item) => ('bytes' in item ? item.bytes : '#')).join(' ') : '',
  )

describe('in a cluster', () => {
  it('a message reaches the subscribers of every node, and the publisher counts its own only', () => {
    const cluster = new TestCluster().create()
    const clients = cluster.nodes.map((node) => cluster.deployment.client(node))
    for (const client of clients) client.send('SUBSCRIBE', 'news')
    clients[5]!.send('PSUBSCRIBE', 'n*')
    expect(cluster.ask(cluster.nodes[2]!, 'PUBLISH', 'news', 'hello')).toBe('1')
    cluster.advance(10)
    for (const client of clients) expect(words(client.replies)).toContain('message news hello')
    expect(words(clients[5]!.replies)).toContain('pmessage n* news hello')
  })

  it('a message of a sharded channel reaches the shard that it belongs to', () => {
    const cluster = new TestCluster().create()
    const [a, b, , replicaOfA] = cluster.nodes
    // Of slot 866, which the first shard serves.
    const [onPrimary, onReplica] = [cluster.deployment.client(a!), cluster.deployment.client(replicaOfA!)]
    onPrimary.send('SSUBSCRIBE', 'hello')
    onReplica.send('SSUBSCRIBE', 'hello')
    expect(cluster.ask(b!, 'SSUBSCRIBE', 'hello')).toBe('MOVED 866 127.0.0.1:7001')
    expect(cluster.ask(b!, 'SPUBLISH', 'hello', 'm')).toBe('MOVED 866 127.0.0.1:7001')
    expect(cluster.ask(replicaOfA!, 'SPUBLISH', 'hello', 'from the replica')).toBe('1')
    expect(cluster.ask(a!, 'SPUBLISH', 'hello', 'm')).toBe('1')
    cluster.advance(10)
    for (const client of [onPrimary, onReplica]) expect(words(client.replies)).toContain('smessage hello m')
    expect(words(onPrimary.replies)).toContain('smessage hello from the replica')
    expect(cluster.nodes.map(({ node }) => node.cluster!.bus.received[10])).toEqual([1, 0, 0, 1, 0, 0])
  })

  it('subscriptions to a sharded channel end when another shard gets its slot', () => {
    const cluster = new TestCluster().create()
    const [a, b, , replicaOfA] = cluster.nodes
    const clients = [a!, replicaOfA!].map((node) => cluster.deployment.client(node))
    for (const client of clients) client.send('SSUBSCRIBE', 'hello', '{hello}2')
    for (const node of [b!, a!]) cluster.ask(node, 'CLUSTER', 'SETSLOT', '866', 'NODE', cluster.id(b!))
    // The new owner takes a new epoch, as SETSLOT does after an import, and so everybody believes it.
    cluster.ask(b!, 'CLUSTER', 'BUMPEPOCH')
    cluster.until('both know', () =>
      [a!, replicaOfA!].every(({ node }) => node.cluster!.table.owner(866)?.name === cluster.id(b!)),
    )
    cluster.advance(10)
    for (const client of clients) {
      expect(words(client.replies).slice(-2)).toEqual(['sunsubscribe hello #', 'sunsubscribe {hello}2 #'])
    }
  })

  it('a replica sends clients to its primary, unless they take what it has', () => {
    const cluster = new TestCluster().create()
    const [a, , , replicaOfA] = cluster.nodes
    cluster.ask(a!, 'SET', 'hello', 'world')
    cluster.advance(100)
    expect(cluster.ask(replicaOfA!, 'GET', 'hello')).toBe('MOVED 866 127.0.0.1:7001')
    cluster.ask(replicaOfA!, 'READONLY')
    expect(cluster.ask(replicaOfA!, 'GET', 'hello')).toBe('world')
    expect(cluster.ask(replicaOfA!, 'SET', 'hello', '2')).toBe('MOVED 866 127.0.0.1:7001')
    expect(cluster.ask(replicaOfA!, 'GET', 'a')).toBe('MOVED 15495 127.0.0.1:7003')
    cluster.ask(replicaOfA!, 'READWRITE')
    expect(cluster.ask(replicaOfA!, 'GET', 'hello')).toBe('MOVED 866 127.0.0.1:7001')
  })
})

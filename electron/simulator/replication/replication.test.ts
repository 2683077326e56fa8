import { describe, expect, it } from 'vitest'
import type { NodeProcess } from '../node/node-process'
import { bulk, error, integer, ok, type Reply } from '../resp/reply'
import { TestDeployment, type DeploymentClient } from '../testing/test-deployment'
import type { Bytes } from '../../../shared/bytes'

function info(client: DeploymentClient): Record<string, string> {
  const reply = client.send('INFO', 'replication') as { text?: string; bytes?: string }
  const lines = (reply.text ?? reply.bytes!).split('\r\n').filter((line) => line.includes(':'))
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
}

function text(reply: Reply): string {
  return reply.kind === 'bulk' ? reply.bytes : JSON.stringify(reply)
}

/** A primary with replicas that follow it. */
function deploy(replicas = 1, config: Record<string, string> = {}) {
  const deployment = new TestDeployment()
  const primary = deployment.add({ 'repl-diskless-sync-delay': '0', ...config })
  const followers = Array.from({ length: replicas }, () =>
    deployment.add({ 'repl-diskless-sync-delay': '0', replicaof: '127.0.0.1 7001', ...config }),
  )
  const client = deployment.client(primary)
  const isUp = ({ node }: NodeProcess) => node.replication.link === 'up'
  deployment.until('all follow', () => followers.every(isUp))
  deployment.advance(2000)
  return { deployment, primary, followers, client, isUp }
}

/** Lets time pass until a node has everything that another has. */
function settle(deployment: TestDeployment, primary: NodeProcess, replica: NodeProcess): void {
  deployment.until('caught up', () => replica.node.replication.offset === primary.node.replication.offset)
}

describe('a replica', () => {
  it('gets the whole data set, and then everything that is written', () => {
    const deployment = new TestDeployment()
    const primary = deployment.add()
    const client = deployment.client(primary)
    client.send('SET', 'before', '1')
    client.send('RPUSH', 'list', 'a', 'b')
    client.send('SELECT', '3')
    client.send('HSET', 'hash', 'f', 'v')
    const replica = deployment.add()
    const reader = deployment.client(replica)
    expect(reader.send('REPLICAOF', '127.0.0.1', '7001')).toEqual(ok)
    // Diskless, others get five seconds to join in.
    deployment.advance(4000)
    expect(info(reader)['master_link_status']).toBe('down')
    deployment.until('up', () => info(reader)['master_link_status'] === 'up', 5000)
    client.send('SET', 'after', '2')
    settle(deployment, primary, replica)
    expect(text(reader.send('GET', 'before'))).toBe('1')
    reader.send('SELECT', '3')
    expect(text(reader.send('HGET', 'hash', 'f'))).toBe('v')
    expect(text(reader.send('GET', 'after'))).toBe('2')
    expect(primary.node.replication.offset).toBe(replica.node.replication.offset)
    expect(info(client)).toMatchObject({ role: 'master', connected_slaves: '1' })
    deployment.advance(2000)
    const { offset } = primary.node.replication
    expect(info(client)['slave0']).toBe(`ip=127.0.0.1,port=7002,state=online,offset=${offset},lag=0`)
  })

  it('takes no writes from anybody else', () => {
    const { deployment, followers } = deploy()
    const reader = deployment.client(followers[0]!)
    const refusal = error("READONLY You can't write against a read only replica.")
    expect(reader.send('SET', 'a', '1')).toMatchObject({ text: refusal.kind === 'error' ? refusal.text : '' })
    expect(reader.send('EVAL', "return redis.call('set', 'a', '1')", '0')).toMatchObject({ kind: 'error' })
    reader.send('MULTI')
    expect(reader.send('SET', 'a', '1')).toMatchObject({ kind: 'error' })
  })

  it('gets scripts, transactions and expirations as what they did', () => {
    const { deployment, primary, followers, client } = deploy()
    client.send('EVAL', "redis.call('set', 'r', math.random()) redis.call('incr', 'n') return 1", '0')
    client.send('SADD', 's', 'a', 'b', 'c', 'd')
    client.send('SPOP', 's', '2')
    client.send('SET', 'short', '1', 'PX', '300')
    client.send('MULTI')
    client.send('INCR', 'n')
    client.send('INCR', 'n')
    client.send('EXEC')
    settle(deployment, primary, followers[0]!)
    const reader = deployment.client(followers[0]!)
    for (const command of [
      ['GET', 'r'],
      ['GET', 'n'],
      ['SORT_RO', 's', 'ALPHA'],
      ['PEXPIRETIME', 'short'],
    ]) {
      expect(reader.send(...command)).toEqual(client.send(...command))
    }
    deployment.advance(1000)
    expect(reader.send('DBSIZE')).toEqual(client.send('DBSIZE'))
    expect(reader.send('EXISTS', 'short')).toEqual(integer(0))
  })

  it('keeps what has expired until its primary says so, out of sight', () => {
    const { deployment, primary, followers, client } = deploy(1, { 'enable-debug-command': 'yes' })
    client.send('DEBUG', 'SET-ACTIVE-EXPIRE', '0')
    client.send('SET', 'a', '1', 'PX', '100')
    settle(deployment, primary, followers[0]!)
    deployment.advance(500)
    const reader = deployment.client(followers[0]!)
    expect(reader.send('GET', 'a')).toMatchObject({ kind: 'null' })
    expect(reader.send('DBSIZE')).toEqual(integer(1))
    client.send('GET', 'a')
    settle(deployment, primary, followers[0]!)
    expect(reader.send('DBSIZE')).toEqual(integer(0))
  })

  it('goes on where it was after a short absence, and starts over after a long one', () => {
    const { deployment, primary, followers, client } = deploy(1, { 'repl-backlog-size': '20000' })
    const [replica] = followers
    const fullBefore = primary.node.stats.fullSyncs
    const cut = () => deployment.network.links.add({ isCut: true, on: (a, b) => a !== 'client' && b !== 'client' })
    deployment.client(replica!).send('CLIENT', 'KILL', 'TYPE', 'master')
    let mend = cut()
    for (let n = 0; n < 50; n++) client.send('SET', `key-${n}`, 'x')
    mend()
    deployment.until('caught up', () => replica!.node.replication.offset === primary.node.replication.offset)
    expect([primary.node.stats.fullSyncs - fullBefore, primary.node.stats.partialSyncs]).toEqual([0, 1])
    deployment.client(replica!).send('CLIENT', 'KILL', 'TYPE', 'master')
    mend = cut()
    for (let n = 0; n < 50; n++) client.send('SET', `key-${n}`, 'y'.repeat(1000))
    mend()
    deployment.until('caught up', () => replica!.node.replication.offset === primary.node.replication.offset)
    expect(primary.node.stats.fullSyncs - fullBefore).toBe(1)
    expect(text(deployment.client(replica!).send('GET', 'key-49'))).toBe('y'.repeat(1000))
  })

  it('passes on what it hears to replicas of its own', () => {
    const { deployment, primary, followers, client } = deploy()
    client.send('SELECT', '2')
    client.send('SET', 'a', '1')
    const last = deployment.add({ replicaof: '127.0.0.1 7002' })
    deployment.until('follows', () => last.node.replication.link === 'up')
    client.send('SET', 'b', '2')
    settle(deployment, primary, last)
    const reader = deployment.client(last)
    reader.send('SELECT', '2')
    expect([text(reader.send('GET', 'a')), text(reader.send('GET', 'b'))]).toEqual(['1', '2'])
    expect(last.node.replication.id).toBe(primary.node.replication.id)
    expect(followers[0]!.node.replication.replicas.size).toBe(1)
  })

  it('notices a silent primary after repl-timeout, and answers stale data or not', () => {
    const { deployment, followers } = deploy(1, { 'repl-timeout': '5', 'replica-serve-stale-data': 'no' })
    const reader = deployment.client(followers[0]!)
    expect(reader.send('GET', 'a')).toMatchObject({ kind: 'null' })
    deployment.network.links.add({ isCut: true, on: (a, b) => a === 'node-1' || b === 'node-1' })
    deployment.advance(20_000)
    expect(followers[0]!.node.replication.link).toBe('connecting')
    expect(reader.send('GET', 'a')).toMatchObject({
      text: "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    })
  })
})

describe('a primary', () => {
  it('lets WAIT tell how many replicas have a write', () => {
    const { deployment, client } = deploy(2)
    client.send('SET', 'a', '1')
    expect(client.send('WAIT', '2', '1000')).toEqual(integer(2))
    const mend = deployment.network.links.add({ isCut: true, on: (a, b) => a === 'node-3' || b === 'node-3' })
    client.send('SET', 'a', '2')
    const before = deployment.clock.nowUs()
    expect(client.send('WAIT', '2', '500')).toEqual(integer(1))
    expect((deployment.clock.nowUs() - before) / 1000).toBeGreaterThan(500)
    mend()
    expect(client.send('WAIT', '2', '0')).toEqual(integer(2))
  })

  it('refuses writes while too few replicas are close', () => {
    const { deployment, client } = deploy(1, { 'min-replicas-to-write': '1', 'min-replicas-max-lag': '3' })
    expect(client.send('SET', 'a', '1')).toEqual(ok)
    deployment.network.links.add({ isCut: true, on: (a) => a === 'node-2' })
    deployment.advance(6000)
    expect(client.send('SET', 'a', '2')).toMatchObject({ text: 'NOREPLICAS Not enough good replicas to write.' })
    expect(client.send('GET', 'a')).toEqual(bulk('1' as Bytes))
  })

  it('that was promoted takes the others over without starting them over', () => {
    const { deployment, primary, followers, client } = deploy(2)
    client.send('SET', 'a', '1')
    settle(deployment, primary, followers[0]!)
    settle(deployment, primary, followers[1]!)
    primary.kill()
    const [promoted, other] = followers.map((process) => deployment.client(process))
    expect(promoted!.send('REPLICAOF', 'NO', 'ONE')).toEqual(ok)
    expect(other!.send('REPLICAOF', '127.0.0.1', '7002')).toEqual(ok)
    deployment.until('follows', () => followers[1]!.node.replication.link === 'up')
    expect(followers[0]!.node.stats.fullSyncs).toBe(0)
    expect(promoted!.send('SET', 'b', '2')).toEqual(ok)
    settle(deployment, followers[0]!, followers[1]!)
    expect(text(other!.send('GET', 'b'))).toBe('2')
  })

  it('starts over when it had more than the one that was promoted', () => {
    const { deployment, primary, followers, client } = deploy(2)
    const [behind, ahead] = followers
    client.send('SET', 'a', '1')
    settle(deployment, primary, behind!)
    deployment.network.links.add({ isCut: true, on: (from, to) => from === primary.name && to === behind!.name })
    client.send('SET', 'lost', '1')
    settle(deployment, primary, ahead!)
    primary.kill()
    const promoted = deployment.client(behind!)
    expect(promoted.send('REPLICAOF', 'NO', 'ONE')).toEqual(ok)
    // By now the offsets of both histories overlap: the numbers alone would let it go on.
    expect(promoted.send('SET', 'kept', 'x'.repeat(1000))).toEqual(ok)
    expect(behind!.node.replication.offset).toBeGreaterThan(ahead!.node.replication.offset)
    const follower = deployment.client(ahead!)
    expect(follower.send('REPLICAOF', '127.0.0.1', '7002')).toEqual(ok)
    deployment.until('follows', () => ahead!.node.replication.link === 'up')
    settle(deployment, behind!, ahead!)
    expect(behind!.node.stats).toMatchObject({ fullSyncs: 1, partialSyncs: 0, failedPartialSyncs: 1 })
    expect(follower.send('EXISTS', 'a', 'kept')).toEqual(integer(2))
    expect(follower.send('EXISTS', 'lost')).toEqual(integer(0))
  })

  it('hands its role over by FAILOVER, without losing a write', () => {
    const { deployment, primary, followers, client } = deploy(1)
    for (let n = 0; n < 20; n++) client.post('INCR', 'n')
    expect(client.send('FAILOVER')).toMatchObject({ kind: 'integer' })
    client.post('SET', 'late', '1')
    deployment.until('handed over', () => followers[0]!.node.replication.role === 'primary')
    deployment.until('follows', () => primary.node.replication.link === 'up')
    deployment.advance(100)
    expect(client.replies.at(-1)).toMatchObject({ kind: 'error' })
    expect(text(deployment.client(followers[0]!).send('GET', 'n'))).toBe('20')
    expect(followers[0]!.node.stats.fullSyncs).toBe(0)
  })

  it('keeps its replicas when it loses its own past: what it alone had is discarded', () => {
    const { deployment, primary, followers, client, isUp } = deploy(1)
    const nodes = ['node-1', 'node-2']
    const mend = deployment.network.links.add({ isCut: true, on: (a, b) => nodes.includes(a) && nodes.includes(b) })
    client.send('SET', 'lost', '1')
    const promoted = deployment.client(followers[0]!)
    promoted.send('REPLICAOF', 'NO', 'ONE')
    promoted.send('SET', 'kept', '1')
    mend()
    client.send('REPLICAOF', '127.0.0.1', '7002')
    deployment.until('follows', () => isUp(primary))
    expect(client.send('EXISTS', 'lost', 'kept')).toEqual(integer(1))
  })
})

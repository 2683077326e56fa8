import { Buffer } from 'node:buffer'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasRealRedis, RealRedis } from '../testing/real-redis'
import { request } from '../testing/test-client'
import { TestDeployment } from '../testing/test-deployment'

const config = { 'repl-diskless-sync-delay': '0', save: '3600 1' }

function deploy() {
  const deployment = new TestDeployment()
  const primary = deployment.add(config)
  const replica = deployment.add({ ...config, replicaof: '127.0.0.1 7001' })
  const client = deployment.client(primary)
  deployment.until('follows', () => replica.node.replication.link === 'up')
  deployment.advance(1500)
  const settle = () =>
    deployment.until('caught up', () => replica.node.replication.offset === primary.node.replication.offset)
  const fullSyncs = () => primary.node.stats.fullSyncs
  return { deployment, primary, replica, client, settle, fullSyncs }
}

describe('a replica that was stopped in good order', () => {
  it('goes on where its snapshot was', () => {
    const { deployment, primary, replica, client, settle, fullSyncs } = deploy()
    client.send('SELECT', '3')
    client.send('SET', 'before', '1')
    settle()
    replica.stop()
    client.send('SET', 'meanwhile', '2')
    const before = fullSyncs()
    replica.start()
    deployment.until('follows', () => replica.node.replication.link === 'up')
    client.send('SET', 'after', '3')
    settle()
    expect(fullSyncs()).toBe(before)
    expect(primary.node.stats.partialSyncs).toBe(1)
    const reader = deployment.client(replica)
    reader.send('SELECT', '3')
    expect(reader.send('MGET', 'before', 'meanwhile', 'after')).toMatchObject({
      items: [{ bytes: '1' }, { bytes: '2' }, { bytes: '3' }],
    })
  })

  it('starts over when its primary has lost the bytes in between', () => {
    const { deployment, replica, client, settle, fullSyncs } = deploy()
    client.send('CONFIG', 'SET', 'repl-backlog-size', '20000')
    client.send('SET', 'a', '1')
    settle()
    replica.stop()
    for (let n = 0; n < 50; n++) client.send('SET', `key-${n}`, 'x'.repeat(1000))
    const before = fullSyncs()
    replica.start()
    deployment.until('follows', () => replica.node.replication.link === 'up')
    expect(fullSyncs()).toBe(before + 1)
  })

  it('keeps what has expired until its primary says so', () => {
    const { deployment, replica, client, settle } = deploy()
    client.send('SET', 'short', '1', 'PX', '500')
    settle()
    replica.stop()
    deployment.advance(1000)
    replica.start()
    expect(replica.node.keyspace.databases[0]!.size).toBe(1)
    deployment.until('follows', () => replica.node.replication.link === 'up')
    settle()
    expect(replica.node.keyspace.databases[0]!.size).toBe(0)
  })
})

describe('a primary that was stopped in good order', () => {
  it('lets its replicas go on, and tells them what has expired meanwhile', () => {
    const { deployment, primary, replica, client, settle } = deploy()
    client.send('SET', 'kept', '1')
    client.send('SET', 'short', '1', 'PX', '500')
    settle()
    const { id, offset } = primary.node.replication
    primary.stop()
    deployment.advance(1000)
    primary.start()
    expect(primary.node.replication.secondId).toBe(id)
    expect(primary.node.replication.secondOffset).toBe(offset + 1)
    deployment.until('follows', () => replica.node.replication.link === 'up')
    deployment.client(primary).send('SET', 'after', '1')
    settle()
    expect(primary.node.stats).toMatchObject({ fullSyncs: 0, partialSyncs: 1 })
    expect(replica.node.replication.id).toBe(primary.node.replication.id)
    expect(deployment.client(replica).send('EXISTS', 'kept', 'after', 'short')).toMatchObject({ value: 2 })
    expect(replica.node.keyspace.databases[0]!.size).toBe(2)
  })

  it('knows nothing of a history where it had no replicas', () => {
    const deployment = new TestDeployment()
    const node = deployment.add(config)
    deployment.client(node).send('SET', 'a', '1')
    node.stop()
    node.start()
    expect(node.node.replication).toMatchObject({ offset: 0, secondOffset: -1 })
    expect(node.node.replication.replicas.backlog).toBeUndefined()
  })
})

it.skipIf(!hasRealRedis())('writes of its history what redis-server 7.0.15 reads', async () => {
  const { primary, client, settle } = deploy()
  client.send('SELECT', '2')
  client.send('SET', 'a', '1')
  settle()
  client.send('SAVE')
  const { id, offset } = primary.node.replication
  const { disk } = primary.node
  const folder = mkdtempSync(join(tmpdir(), 'eventyard-dump-'))
  const file = join(folder, 'dump.rdb')
  writeFileSync(file, Buffer.from(disk.read('dump.rdb', 0, disk.size('dump.rdb')!)))
  const server = await RealRedis.start()
  try {
    copyFileSync(file, join(server.folder, 'dump.rdb'))
    await server.kill()
    await server.restart()
    const real = await server.connect()
    real.send(request('INFO', 'replication'))
    await real.until(() => real.received.includes('repl_backlog_histlen'))
    expect(real.received).toContain(`master_replid2:${id}\r\n`)
    expect(real.received).toContain(`second_repl_offset:${offset + 1}\r\n`)
    expect(real.received).toContain(`master_repl_offset:${offset}\r\n`)
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true })
  }
})

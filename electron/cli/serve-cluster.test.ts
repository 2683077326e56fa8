import { spawn, spawnSync } from 'node:child_process'
import { Cluster, Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finished, serve, type Served } from './testing/command-line'

const hasRedisCli = spawnSync('redis-cli', ['--version']).status === 0
const clean = ['[OK] All nodes agree about slots configuration.', '[OK] All 16384 slots covered.']

async function redisCli(...args: string[]): Promise<string> {
  const { stdout, stderr } = await finished(spawn('redis-cli', args))
  return `${stdout}${stderr}`
}

/** `redis-cli --cluster check`, until it has nothing to complain of. */
async function expectClean(port: number): Promise<void> {
  const check = () => redisCli('--cluster', 'check', `127.0.0.1:${port}`)
  for (const line of clean) await expect.poll(check, { timeout: 20_000, interval: 100 }).toContain(line)
  const text = await check()
  expect(text).not.toContain('[WARNING]')
  expect(text).not.toContain('[ERR]')
}

async function onNode<T>(port: number, run: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(port, '127.0.0.1')
  try {
    return await run(client)
  } finally {
    client.disconnect()
  }
}

const myId = (port: number) => onNode(port, (client) => client.cluster('MYID') as Promise<string>)
const untilInfo = (port: number, line: string) =>
  expect.poll(() => onNode(port, (client) => client.cluster('INFO')), { timeout: 20_000, interval: 50 }).toContain(line)

describe.skipIf(!hasRedisCli)('eventyard serve --topology cluster', () => {
  let served: Served
  beforeAll(async () => {
    served = await serve('--topology', 'cluster')
  })
  afterAll(async () => {
    expect(await served.stop()).toBe(0)
  })

  it('serves six nodes that are a cluster, to redis-cli and to ioredis', async () => {
    const { port } = served
    await expectClean(port)
    const cluster = new Cluster([{ host: '127.0.0.1', port }])
    for (let n = 0; n < 100; n++) await cluster.set(`key-${n}`, String(n))
    expect(await redisCli('--cluster', 'info', `127.0.0.1:${port}`)).toContain('[OK] 100 keys in 3 masters.')
    expect(await redisCli('-c', '-p', String(port), 'GET', 'key-42')).toBe('42\n')
    expect(await redisCli('-p', String(port), 'GET', 'foo')).toBe(`MOVED 12182 127.0.0.1:${port + 2}\n\n`)
    cluster.disconnect()
  })

  it('gives up the port of a node that ends, and the others elect another primary', async () => {
    const { port } = served
    await redisCli('-p', String(port), 'SHUTDOWN', 'NOSAVE')
    expect(await redisCli('-p', String(port), 'PING')).toContain('Connection refused')
    const [others, get] = [String(port + 1), ['GET', 'key-42']]
    await expect.poll(() => redisCli('-p', others, 'CLUSTER', 'NODES'), { timeout: 20_000 }).toContain('master,fail ')
    await untilInfo(port + 1, 'cluster_state:ok')
    expect(await redisCli('-c', '-p', others, ...get)).toBe('42\n')
  })
})

describe.skipIf(!hasRedisCli)('redis-cli --cluster', () => {
  let served: Served
  let address: string
  beforeAll(async () => {
    served = await serve('--topology', 'cluster', '--primaries', '7', '--replicas', '0', '--unformed')
    address = `127.0.0.1:${served.port}`
  })
  afterAll(async () => {
    expect(await served.stop()).toBe(0)
  })
  const manage = (...args: string[]) => redisCli('--cluster', ...args)

  it('creates a cluster', async () => {
    const nodes = [0, 1, 2, 3, 4, 5].map((index) => `127.0.0.1:${served.port + index}`)
    const text = await manage('create', ...nodes, '--cluster-replicas', '1', '--cluster-yes')
    for (const line of clean) expect(text).toContain(line)
    await untilInfo(served.port, 'cluster_state:ok')
    const cluster = new Cluster([{ host: '127.0.0.1', port: served.port }])
    await Promise.all(Array.from({ length: 1000 }, (_, n) => cluster.rpush(`key-${n}`, 'a', String(n))))
    cluster.disconnect()
  }, 60_000)

  it('adds a node, moves slots with their keys to it, and takes it out again', async () => {
    const added = served.port + 6
    expect(await manage('add-node', `127.0.0.1:${added}`, address)).toContain('[OK] New node added correctly.')
    // Gossip tells the others, by and by.
    for (let index = 0; index < 7; index++) await untilInfo(served.port + index, 'cluster_known_nodes:7')
    await untilInfo(added, 'cluster_state:ok')
    const id = await myId(added)
    await manage(
      'reshard',
      address,
      '--cluster-from',
      'all',
      '--cluster-to',
      id,
      '--cluster-slots',
      '300',
      '--cluster-yes',
    )
    await expectClean(served.port)
    expect(await onNode(added, (client) => client.dbsize())).toBeGreaterThan(0)
    expect(await manage('info', address)).toContain('[OK] 1000 keys in 4 masters.')
    // A node without slots has no weight: what it has goes to the others.
    expect(await manage('rebalance', address, '--cluster-weight', `${id}=0`)).not.toContain('ERR')
    expect(await onNode(added, (client) => client.cluster('INFO'))).toContain('cluster_size:3')
    expect(await manage('del-node', address, id)).toContain('>>> Sending CLUSTER RESET SOFT to the deleted node.')
    await expectClean(served.port)
    expect(await manage('info', address)).toContain('[OK] 1000 keys in 3 masters.')
  }, 120_000)

  it('mends a slot whose move was never finished', async () => {
    const slot = Number(await redisCli('-p', String(served.port), 'CLUSTER', 'KEYSLOT', 'key-42'))
    const owners = await Promise.all([0, 1, 2].map((index) => myId(served.port + index)))
    const nodes = await onNode(
      served.port,
      (client) => client.cluster('SLOTS') as unknown as Promise<[number, number, [string, number, string]][]>,
    )
    const [, , [, ownerPort, ownerId]] = nodes.find(([first, last]) => first <= slot && slot <= last)!
    const otherId = owners.find((id) => id !== ownerId)!
    const otherPort = served.port + owners.indexOf(otherId)
    await onNode(otherPort, (client) => client.cluster('SETSLOT', slot, 'IMPORTING', ownerId))
    await onNode(ownerPort, (client) => client.cluster('SETSLOT', slot, 'MIGRATING', otherId))
    const check = await manage('check', address)
    expect(check).toContain('[WARNING]')
    expect(check).toContain(`The following slots are open: ${slot}`)
    expect(await manage('fix', address)).toContain('[OK] All 16384 slots covered.')
    await expectClean(served.port)
    expect(await redisCli('-c', '-p', String(served.port), 'LRANGE', 'key-42', '0', '-1')).toBe('a\n42\n')
  }, 60_000)
})

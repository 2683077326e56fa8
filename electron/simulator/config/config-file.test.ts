import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { SimulatedDisk } from '../disk/simulated-disk'
import { TextFile } from '../disk/text-file'
import { ManualClock } from '../testing/manual-clock'
import { hasRealRedis, RealRedis } from '../testing/real-redis'
import { request, testNode, type TestClient } from '../testing/test-client'
import { TestDeployment } from '../testing/test-deployment'
import { splitArguments } from '../../../shared/split-arguments'

const FILE = 'redis.conf'

/** A node with a file on its disk. */
function nodeWith(text: string) {
  const disk = new SimulatedDisk({ clock: new ManualClock(0) })
  new TextFile(disk, FILE).write(text)
  const start = () => testNode({ disk, configFile: FILE })
  return { start, read: () => new TextFile(disk, FILE).read() ?? '' }
}

function say(client: TestClient, line: string): string {
  return client.send(...splitArguments(line)!)
}

describe('a configuration file', () => {
  it('holds what the node was started with, and what CONFIG REWRITE made of it', () => {
    const disk = new SimulatedDisk({ clock: new ManualClock(0) })
    const start = () => testNode({ disk, configFile: FILE, config: { maxmemory: '100mb', save: '60 5 300 1' } })
    const client = start().connect()
    expect(new TextFile(disk, FILE).read()).toBe('maxmemory 100mb\nsave 60 5\nsave 300 1\n')
    client.send('CONFIG', 'SET', 'maxmemory', '200mb', 'save', '10 1', 'masterauth', 'a "b"')
    client.send('ACL', 'SETUSER', 'ann', 'on', '>secret', '~a*', '+get')
    expect(client.send('CONFIG', 'REWRITE')).toBe('+OK\r\n')
    const again = start()
    const later = again.connect()
    expect(again.node.config.get('maxmemory')).toBe(String(200 * 1024 * 1024))
    expect(again.node.config.get('save')).toBe('10 1')
    expect(again.node.config.get('masterauth')).toBe('a "b"')
    expect(later.send('AUTH', 'ann', 'secret')).toBe('+OK\r\n')
    expect(later.send('ACL', 'WHOAMI')).toMatch('NOPERM')
  })

  it('has a killed replica follow whom it followed last', () => {
    const deployment = new TestDeployment()
    const [first, second] = [deployment.add(), deployment.add()]
    const replica = deployment.add({ replicaof: '127.0.0.1 7001' }, undefined, FILE)
    deployment.client(replica).send('REPLICAOF', second.host, String(second.port))
    deployment.client(replica).send('CONFIG', 'REWRITE')
    replica.kill()
    replica.start()
    expect(replica.node.replication.primary).toEqual({ host: second.host, port: second.port })
    deployment.client(replica).send('REPLICAOF', 'NO', 'ONE')
    deployment.client(replica).send('CONFIG', 'REWRITE')
    replica.kill()
    replica.start()
    expect(replica.node.replication.role).toBe('primary')
    expect(first.node.replication.replicas.size).toBe(0)
  })

  it('is not there unless it was asked for', () => {
    const client = testNode().connect()
    expect(client.send('CONFIG', 'REWRITE')).toBe('-ERR The server is running without a config file\r\n')
  })

  it('is left as it was when the disk is full', () => {
    const disk = new SimulatedDisk({ clock: new ManualClock(0) })
    const client = testNode({ disk, configFile: FILE, config: { hz: '20' } }).connect()
    disk.capacityBytes = disk.usedBytes
    expect(client.send('CONFIG', 'REWRITE')).toBe('-ERR Rewriting config file: No space left on device\r\n')
    expect(new TextFile(disk, FILE).read()).toBe('hz 20\n')
  })
})

const TEXTS = {
  'one with comments, several save points and words of old': `# a comment
save 900 1
save 300 10

maxmemory 100mb
replicaof 127.0.0.1 1
client-output-buffer-limit replica 256mb 64mb 60


slave-priority 90
appendonly no
masterauth "with space"
hz 10
notify-keyspace-events KEA
`,
  'an empty one': 'save ""\n',
}

const CHANGES: readonly (readonly string[])[] = [
  [],
  [
    'CONFIG SET save "60 5" maxmemory 1073741824 masterauth "" hz 20 repl-backlog-size 1500000',
    'CONFIG SET client-output-buffer-limit "pubsub 1 2 3" notify-keyspace-events ""',
    'CONFIG SET list-max-listpack-size -1 maxmemory-clients 5% oom-score-adj-values "1 2 3"',
    'CONFIG SET latency-tracking-info-percentiles "50 99" shutdown-on-sigterm "save now"',
    'REPLICAOF NO ONE',
    'ACL SETUSER bob on >x ~k* +get',
  ],
  [
    'REPLICAOF 127.0.0.1 2',
    'CONFIG SET save "" maxmemory 0 hz 10 repl-backlog-size 1mb masterauth "a\\"b\\x01" masteruser me',
    'CONFIG SET client-output-buffer-limit "replica 0 0 0 pubsub 32mb 8mb 60" maxmemory-clients 5mb',
    'CONFIG SET slave-priority 100 replica-announce-ip 10.0.0.1 appendfsync always lazyfree-lazy-expire yes',
    'ACL DELUSER bob',
  ],
  ['CONFIG SET save "3600 1 300 100 60 10000" replica-announce-ip "" appendfsync everysec'],
]

/** Lines that are new come in the order of a hash table; `dir`, `port` and `bind` are the test's own. */
function sorted(text: string): string[] {
  const lines = text.split('\n').filter((line) => !/^(?:dir|port|bind) /.test(line) && line !== '')
  const end = lines.indexOf('# Generated by CONFIG REWRITE')
  return [...lines.slice(0, end + 1), ...lines.slice(end + 1).sort()]
}

describe.skipIf(!hasRealRedis())('CONFIG REWRITE beside redis-server 7.0.15', () => {
  let server: RealRedis | undefined
  afterEach(() => server?.stop())

  it.each(Object.entries(TEXTS))('rewrites %s as Redis does, again and again', async (_, text) => {
    server = await RealRedis.startWithFile(text)
    const { start, read } = nodeWith(text)
    const [simulated, real] = [start().connect(), await server.connect()]
    for (const lines of CHANGES) {
      for (const line of [...lines, 'CONFIG REWRITE']) {
        real.received = ''
        real.send(request(...splitArguments(line)!))
        await real.until(() => real.received.endsWith('\r\n'))
        expect([line, say(simulated, line)]).toEqual([line, real.received])
      }
      expect(sorted(read())).toEqual(sorted(readFileSync(join(server.folder, FILE), 'latin1')))
    }
    expect(() => start()).not.toThrow()
  })
})

import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { SeededRandom } from '../clock/seeded-random'
import { SimulatedDisk, type SimulatedDiskOptions } from '../disk/simulated-disk'
import { RedisNode } from '../node/redis-node'
import { ManualClock } from '../testing/manual-clock'
import { TestClient } from '../testing/test-client'

const EPOCH_US = 1_700_000_000_000_000
const FILE = 'dump.rdb'
const refusal = "-MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk."

/** A machine with a disk, on which nodes are started one after the other. */
function machine(diskOptions: Partial<SimulatedDiskOptions> = {}) {
  const clock = new ManualClock(EPOCH_US)
  const disk = new SimulatedDisk({ clock, ...diskOptions })
  const start = (config: Readonly<Record<string, string>> = {}) => {
    const address = { name: 'node-1', host: '127.0.0.1', port: 6379 }
    const node = new RedisNode({ ...address, clock, random: new SeededRandom(1), disk, config })
    return { node, client: new TestClient(node) }
  }
  const text = (name = FILE) => Buffer.from(disk.read(name, 0, disk.size(name)!)).toString('latin1')
  return { clock, disk, start, text }
}

const infoOf = (client: TestClient, field: string) =>
  new RegExp(`${field}:(.*)\r`).exec(client.send('INFO', 'persistence'))?.[1]

describe('SAVE', () => {
  it('writes what the next node loads', () => {
    const { start, disk, clock } = machine()
    const first = start()
    first.client.send('SET', 'k', 'v', 'PX', '5000')
    first.client.send('SET', 'short', 'v', 'PX', '100')
    first.client.send('HSET', 'h', 'f', 'v')
    expect(infoOf(first.client, 'rdb_changes_since_last_save')).toBe('3')
    clock.advance(10_000)
    first.client.send('SET', 'k', 'v', 'PX', '5000')
    first.client.send('SET', 'short', 'v', 'PX', '100')
    expect(first.client.send('SAVE')).toBe('+OK\r\n')
    expect(first.client.send('LASTSAVE')).toBe(':1700000010\r\n')
    expect(infoOf(first.client, 'rdb_changes_since_last_save')).toBe('0')
    expect(disk.names).toEqual([FILE])
    first.node.crash()
    clock.advance(1000)
    const second = start()
    expect(second.client.send('PTTL', 'k')).toBe(':4000\r\n')
    expect(second.client.send('EXISTS', 'short', 'h')).toBe(':1\r\n')
    expect(infoOf(second.client, 'rdb_last_load_keys_loaded')).toBe('2')
    expect(infoOf(second.client, 'rdb_last_load_keys_expired')).toBe('1')
    clock.advance(4100)
    expect(second.client.send('DBSIZE')).toBe(':1\r\n')
  })

  it('writes where dbfilename says, and nobody loads it beside an AOF', () => {
    const { start, disk } = machine()
    const first = start({ dbfilename: 'other.rdb' })
    first.client.send('SET', 'k', 'v')
    first.client.send('SAVE')
    expect(disk.names).toEqual(['other.rdb'])
    expect(start({ dbfilename: 'other.rdb', appendonly: 'yes' }).client.send('DBSIZE')).toBe(':0\r\n')
    expect(start({ dbfilename: 'other.rdb' }).client.send('DBSIZE')).toBe(':1\r\n')
  })

  it('leaves the old file where the disk does not take the new one', () => {
    const { start, disk, text } = machine()
    const { client } = start()
    client.send('SET', 'k', 'v')
    client.send('SAVE')
    const old = text()
    disk.capacityBytes = old.length + 50
    client.send('SET', 'k', 'w'.repeat(200))
    expect(client.send('SAVE')).toBe('-ERR\r\n')
    expect([text(), disk.names]).toEqual([old, [FILE]])
    expect(infoOf(client, 'rdb_changes_since_last_save')).toBe('1')
    disk.breakDown()
    expect(client.send('SAVE')).toBe('-ERR\r\n')
    expect(client.send('SET', 'k', 'x')).toBe('+OK\r\n')
  })

  it.each([
    ['REDIS0010\xff', 'dump.rdb cannot be loaded: at byte 10, the file ends too soon.'],
    ['rubbish', 'dump.rdb cannot be loaded: at byte 0, it does not begin as an RDB file.'],
  ])('does not start on a file with %j', (contents, message) => {
    const { start, disk } = machine()
    disk.append(FILE, Buffer.from(contents, 'latin1'))
    expect(() => start()).toThrow(message)
  })
})

describe('BGSAVE', () => {
  it('has the picture of the moment, while the node goes on', () => {
    const { start, clock } = machine({ syncUs: 3_000_000 })
    const { node, client } = start()
    client.send('SET', 'a', '1')
    expect(client.send('BGSAVE')).toBe('+Background saving started\r\n')
    client.send('SET', 'a', '2')
    expect(client.send('BGSAVE')).toBe('-ERR Background save already in progress\r\n')
    expect(client.send('SAVE')).toBe('-ERR Background save already in progress\r\n')
    clock.advance(2000)
    expect(infoOf(client, 'rdb_bgsave_in_progress')).toBe('1')
    expect(infoOf(client, 'rdb_current_bgsave_time_sec')).toBe('2')
    expect(infoOf(client, 'rdb_changes_since_last_save')).toBe('2')
    clock.advance(1100)
    expect(infoOf(client, 'rdb_bgsave_in_progress')).toBe('0')
    expect(infoOf(client, 'rdb_last_bgsave_time_sec')).toBe('3')
    expect(infoOf(client, 'rdb_changes_since_last_save')).toBe('1')
    expect(infoOf(client, 'rdb_saves')).toBe('1')
    node.crash()
    expect(start().client.send('GET', 'a')).toBe('$1\r\n1\r\n')
  })

  it('and the rewrite of an AOF wait for each other', () => {
    const { start, clock, disk } = machine({ syncUs: 1_000_000 })
    const { client } = start({ appendonly: 'yes', appendfsync: 'no' })
    client.send('SET', 'a', '1')
    expect(client.send('BGREWRITEAOF')).toContain('started')
    expect(client.send('BGSAVE')).toContain("-ERR Another child process is active (AOF?): can't BGSAVE right now.")
    expect(client.send('BGSAVE', 'schedule')).toBe('+Background saving scheduled\r\n')
    clock.advance(1200)
    expect(infoOf(client, 'aof_rewrite_in_progress')).toBe('0')
    expect(infoOf(client, 'rdb_bgsave_in_progress')).toBe('1')
    expect(client.send('BGREWRITEAOF')).toBe('+Background append only file rewriting scheduled\r\n')
    clock.advance(1200)
    expect(infoOf(client, 'rdb_bgsave_in_progress')).toBe('0')
    expect(infoOf(client, 'aof_rewrite_in_progress')).toBe('1')
    clock.advance(1200)
    expect(disk.names).toContain('appendonlydir/appendonly.aof.3.base.rdb')
    expect(disk.names).toContain(FILE)
    expect(clock.waiting).toBe(0)
  })

  it('in a transaction begins behind it', () => {
    const { start, clock, disk } = machine()
    const { client } = start()
    client.send('MULTI')
    client.send('BGSAVE')
    client.send('SET', 'k', 'v')
    expect(client.send('EXEC')).toContain('+Background saving scheduled\r\n+OK')
    expect(disk.names).toEqual([])
    clock.advance(300)
    expect(start().client.send('GET', 'k')).toBe('$1\r\nv\r\n')
  })

  it('is called off when all keys go, or the node does', () => {
    const { start, clock, disk } = machine({ syncUs: 1_000_000 })
    const first = start()
    first.client.send('SET', 'k', 'v')
    first.client.send('BGSAVE')
    first.client.send('FLUSHALL')
    expect(infoOf(first.client, 'rdb_bgsave_in_progress')).toBe('0')
    first.client.send('BGSAVE')
    first.node.crash()
    clock.advance(5000)
    expect(disk.names).toEqual([])
  })
})

describe('save points', () => {
  it('count only when somebody has set them', () => {
    const { start, clock } = machine()
    const { client } = start()
    for (let count = 0; count < 10_000; count++) client.send('INCR', 'n')
    expect(clock.waiting).toBe(0)
    expect(client.send('CONFIG', 'GET', 'save')).toContain('3600 1 300 100 60 10000')
    client.send('CONFIG', 'SET', 'save', '60 10000')
    clock.advance(61_100)
    expect(infoOf(client, 'rdb_saves')).toBe('1')
  })

  it('make a snapshot when so much was changed for so long', () => {
    const { start, clock } = machine()
    const { client } = start({ save: '100 1 10 3' })
    client.send('SET', 'a', '1')
    client.send('SET', 'a', '2')
    clock.advance(50_000)
    expect(infoOf(client, 'rdb_saves')).toBe('0')
    client.send('SET', 'a', '3')
    clock.advance(200)
    expect(infoOf(client, 'rdb_saves')).toBe('1')
    expect(infoOf(client, 'rdb_last_save_time')).toBe('1700000050')
    client.send('SET', 'a', '4')
    clock.advance(99_000)
    expect(infoOf(client, 'rdb_saves')).toBe('1')
    clock.advance(2000)
    expect(infoOf(client, 'rdb_saves')).toBe('2')
    expect(clock.waiting).toBe(0)
    client.send('SET', 'a', '5')
    client.send('CONFIG', 'SET', 'save', '')
    expect(clock.waiting).toBe(0)
  })

  it('stop all writing while snapshots fail, and try again', () => {
    const { start, clock, disk } = machine()
    const { client } = start({ save: '10 1' })
    client.send('SET', 'a', '1')
    disk.breakDown()
    clock.advance(11_200)
    expect(infoOf(client, 'rdb_last_bgsave_status')).toBe('err')
    expect(client.send('SET', 'a', '2')).toContain(refusal)
    expect(client.send('PING')).toContain(refusal)
    expect(client.send('GET', 'a')).toBe('$1\r\n1\r\n')
    client.send('MULTI')
    expect(client.send('INCR', 'a')).toContain(refusal)
    expect(client.send('EXEC')).toContain('EXECABORT')
    client.send('CONFIG', 'SET', 'stop-writes-on-bgsave-error', 'no')
    expect(client.send('SET', 'a', '3')).toBe('+OK\r\n')
    client.send('CONFIG', 'SET', 'stop-writes-on-bgsave-error', 'yes')
    expect(infoOf(client, 'rdb_saves')).toBe('1')
    disk.breakDown(false)
    clock.advance(6200)
    expect(infoOf(client, 'rdb_saves')).toBe('2')
    expect(client.send('SET', 'a', '4')).toBe('+OK\r\n')
    expect(infoOf(client, 'rdb_last_bgsave_status')).toBe('ok')
  })

  it('make FLUSHALL leave an empty file', () => {
    const { start, text } = machine()
    const { client } = start({ save: '3600 1' })
    client.send('SET', 'secret', 'v')
    client.send('SAVE')
    expect(text()).toContain('secret')
    client.send('FLUSHALL')
    expect(text()).not.toContain('secret')
  })
})

describe('SHUTDOWN', () => {
  const ends = (config: Readonly<Record<string, string>>, ...options: string[]) => {
    const { start, disk } = machine()
    const { node, client } = start(config)
    client.send('SET', 'k', 'v')
    client.send('SHUTDOWN', ...options)
    expect(node.isShutDown).toBe(true)
    return disk.names.includes(FILE)
  }

  it('saves when it is told to, or when there are save points', () => {
    expect(ends({})).toBe(false)
    expect(ends({}, 'SAVE')).toBe(true)
    expect(ends({ save: '60 1' })).toBe(true)
    expect(ends({ save: '60 1' }, 'nosave')).toBe(false)
  })

  it('does not end a node that cannot save, unless it is forced', () => {
    const { start, disk } = machine()
    const { node, client } = start()
    disk.breakDown()
    expect(client.send('SHUTDOWN', 'SAVE')).toBe('-ERR Errors trying to SHUTDOWN. Check logs.\r\n')
    expect(client.send('PING')).toBe('+PONG\r\n')
    client.send('SHUTDOWN', 'SAVE', 'FORCE')
    expect(node.isShutDown).toBe(true)
  })
})

describe('DEBUG RELOAD', () => {
  it('goes through the file and back', () => {
    const { start, disk } = machine()
    const { client } = start({ 'enable-debug-command': 'yes' })
    client.send('SET', 'k', 'v')
    expect(client.send('DEBUG', 'RELOAD')).toBe('+OK\r\n')
    expect(client.send('GET', 'k')).toBe('$1\r\nv\r\n')
    client.send('SET', 'k', 'w')
    client.send('SET', 'l', 'w')
    expect(client.send('DEBUG', 'RELOAD', 'NOSAVE', 'NOFLUSH')).toContain('-ERR Error trying to load the RDB dump')
    expect(client.send('DEBUG', 'RELOAD', 'NOSAVE', 'NOFLUSH', 'MERGE')).toBe('+OK\r\n')
    expect(client.send('MGET', 'k', 'l')).toBe('*2\r\n$1\r\nv\r\n$1\r\nw\r\n')
    expect(client.send('DEBUG', 'RELOAD', 'x')).toContain('-ERR DEBUG RELOAD only supports')
    disk.breakDown()
    expect(client.send('DEBUG', 'RELOAD')).toBe('-ERR\r\n')
  })
})

describe('a machine that loses its power', () => {
  it('has the old snapshot or the new one, whole', () => {
    const seen = new Set<string>()
    for (let seed = 0; seed < 200; seed++) {
      const random = new SeededRandom(seed)
      const { start, clock, disk } = machine({ syncUs: 1000, bytesPerSecond: 10_000 })
      const { node, client } = start()
      client.send('SET', 'k', 'old')
      client.send('SAVE')
      disk.syncFolder()
      client.send('SET', 'k', 'new')
      client.send('BGSAVE')
      clock.advance(random.integer(0, 60))
      node.crash()
      disk.crash(random)
      const { client: reader } = start()
      const value = reader.send('GET', 'k')
      expect(['$3\r\nold\r\n', '$3\r\nnew\r\n']).toContain(value)
      seen.add(value)
    }
    expect(seen.size).toBe(2)
  })
})

import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { SimulatedDisk, type SimulatedDiskOptions } from '../disk/simulated-disk'
import { RedisNode } from '../node/redis-node'
import { SeededRandom } from '../clock/seeded-random'
import { ManualClock } from '../testing/manual-clock'
import { luaModule } from '../testing/lua-module'
import { TestClient } from '../testing/test-client'

const EPOCH_US = 1_700_000_000_000_000
const FOLDER = 'appendonlydir'

/** A machine with a disk, on which nodes are started one after the other. */
function machine(diskOptions: Partial<SimulatedDiskOptions> = {}) {
  const clock = new ManualClock(EPOCH_US)
  const disk = new SimulatedDisk({ clock, ...diskOptions })
  const deaths: string[] = []
  const start = (config: Record<string, string> = {}) => {
    const node = new RedisNode({
      name: 'node-1',
      host: '127.0.0.1',
      port: 6379,
      clock,
      random: new SeededRandom(1),
      disk,
      lua: luaModule,
      died: (why) => deaths.push(why.message),
      config: { appendonly: 'yes', 'aof-use-rdb-preamble': 'no', ...config },
    })
    return { node, client: new TestClient(node) }
  }
  const text = (name: string) => {
    const path = `${FOLDER}/${name}`
    return Buffer.from(disk.read(path, 0, disk.size(path)!)).toString('latin1')
  }
  const put = (name: string, contents: string) => {
    disk.makeFolder(FOLDER)
    disk.delete(`${FOLDER}/${name}`)
    disk.append(`${FOLDER}/${name}`, Buffer.from(contents, 'latin1'))
  }
  return { clock, disk, start, text, put, deaths }
}

const words = (text: string) =>
  text
    .replace(/[*$]\d+\r\n/g, '')
    .replaceAll('\r\n', ' ')
    .trim()
const infoOf = (client: TestClient, field: string) =>
  new RegExp(`${field}:(.*)\r`).exec(client.send('INFO', 'all'))?.[1]

describe('the AOF', () => {
  it('has what was done after a restart', () => {
    const { start, text } = machine()
    const first = start()
    first.client.send('SET', 'k', 'v')
    first.client.send('RPUSH', 'l', 'a', 'b')
    first.client.send('SELECT', '3')
    first.client.send('SET', 'k', '\x00\r\n\xff')
    first.node.shutdown()
    expect(text('appendonly.aof.manifest')).toBe(
      'file appendonly.aof.1.base.aof seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n',
    )
    const { client } = start()
    expect(client.send('GET', 'k')).toContain('v')
    expect(client.send('LRANGE', 'l', '0', '-1')).toContain('b')
    client.send('SELECT', '3')
    expect(client.send('GET', 'k')).toBe('$4\r\n\x00\r\n\xff\r\n')
    expect(infoOf(client, 'total_commands_processed')).toBe('4')
  })

  it('is written before the reply goes out, and lost when the machine fails before a sync', () => {
    const { start, disk, text } = machine()
    const { node, client } = start({ appendfsync: 'no' })
    expect(client.send('SET', 'k', 'v')).toBe('+OK\r\n')
    expect(words(text('appendonly.aof.1.incr.aof'))).toBe('SELECT 0 SET k v')
    node.crash()
    expect(start().client.send('GET', 'k')).toContain('v')
    disk.crash({ ...new SeededRandom(1), integer: (min: number) => min, float: () => 0, hex: () => '' })
    expect(start().client.send('GET', 'k')).toBe('$-1\r\n')
  })

  it('is synced within a second or so by everysec', () => {
    const { start, disk, clock } = machine()
    const { node, client } = start()
    client.send('SET', 'k', 'v')
    clock.advance(1200)
    node.crash()
    disk.crash({ ...new SeededRandom(1), integer: (min: number) => min, float: () => 0, hex: () => '' })
    expect(start().client.send('GET', 'k')).toContain('v')
  })

  it('makes replies wait for the disk with always, and commands that come meanwhile', () => {
    const { start, clock } = machine({ syncUs: 5000 })
    const { node, client } = start({ appendfsync: 'always' })
    const other = new TestClient(node)
    expect(client.send('SET', 'k', 'v')).toBe('')
    expect(other.send('GET', 'k')).toBe('')
    clock.advance(4.9)
    expect(client.received + other.received).toBe('')
    clock.advance(0.2)
    expect([client.received, other.received]).toEqual(['+OK\r\n', '$1\r\nv\r\n'])
    expect(client.send('GET', 'k')).toBe('$1\r\nv\r\n')
  })

  it('holds a write back while a sync takes long, for two seconds at most', () => {
    const { start, clock, text } = machine({ syncUs: 10_000_000 })
    const { client } = start()
    client.send('SET', 'k', '1')
    clock.advance(1100)
    expect(infoOf(client, 'aof_pending_bio_fsync')).toBe('1')
    client.send('SET', 'k', '2')
    expect(words(text('appendonly.aof.1.incr.aof'))).toBe('SELECT 0 SET k 1')
    expect(infoOf(client, 'aof_buffer_length')).not.toBe('0')
    clock.advance(2100)
    expect(words(text('appendonly.aof.1.incr.aof'))).toBe('SELECT 0 SET k 1 SET k 2')
    expect(infoOf(client, 'aof_delayed_fsync')).toBe('1')
  })

  it('refuses writes while the disk is full, and takes them again when there is room', () => {
    const { start, disk, clock, text } = machine()
    const { client } = start()
    client.send('SET', 'k', '1')
    disk.capacityBytes = disk.usedBytes + 10
    expect(client.send('SET', 'k', '2')).toBe('+OK\r\n')
    const refusal = '-MISCONF Errors writing to the AOF file: No space left on device\r\n'
    expect(client.send('SET', 'k', '3')).toBe(refusal)
    expect(client.send('PING')).toBe(refusal)
    expect(client.send('GET', 'k')).toBe('$1\r\n2\r\n')
    const script = "return redis.pcall('SET', 'k', 1)"
    expect(client.send('EVAL', script, '0')).toContain('MISCONF Errors writing to the AOF file: No space left')
    client.send('MULTI')
    expect(client.send('SET', 'k', '4')).toBe(refusal)
    client.send('DISCARD')
    expect(infoOf(client, 'aof_last_write_status')).toBe('err')
    expect(words(text('appendonly.aof.1.incr.aof'))).toBe('SELECT 0 SET k 1')
    disk.capacityBytes = Infinity
    clock.advance(1100)
    expect(client.send('SET', 'k', '5')).toBe('+OK\r\n')
    expect(words(text('appendonly.aof.1.incr.aof'))).toBe('SELECT 0 SET k 1 SET k 2 SET k 5')
  })

  it('ends the node that cannot keep its word, with always', () => {
    const { start, disk, deaths } = machine()
    const { client } = start({ appendfsync: 'always' })
    disk.capacityBytes = disk.usedBytes
    expect(client.send('SET', 'k', '1')).toBe('')
    expect(client.hasEnded).toBe(true)
    expect(deaths).toEqual(['Cannot write appendonlydir/appendonly.aof.1.incr.aof: No space left on device.'])
  })

  it('takes a MULTI whole or not at all', () => {
    const { start, put, text } = machine()
    const command = (...argv: string[]) => `*${argv.length}\r\n${argv.map((a) => `$${a.length}\r\n${a}\r\n`).join('')}`
    const whole = command('SELECT', '0') + command('SET', 'a', '1')
    put('appendonly.aof.manifest', 'file x.incr seq 1 type i\n')
    put('x.incr', whole + command('MULTI') + command('SET', 'b', '2') + command('SET', 'c', '3'))
    const { node, client } = start()
    expect(node.aof.cut).toMatchObject({ file: 'appendonlydir/x.incr', offset: whole.length })
    expect(client.send('DBSIZE')).toBe(':1\r\n')
    expect(text('x.incr')).toBe(whole)
    put('x.incr', whole + command('MULTI') + command('SET', 'b', '2') + command('EXEC'))
    node.crash()
    expect(start().client.send('DBSIZE')).toBe(':2\r\n')
  })

  it.each([
    ['', 'appendonlydir/appendonly.aof.manifest:1: Found an empty AOF manifest.'],
    ['file a seq 1\n', 'appendonlydir/appendonly.aof.manifest:1: Invalid AOF manifest file format.'],
    ['file a/b seq 1 type b\n', "appendonlydir/appendonly.aof.manifest:1: File can't be a path, just a filename."],
    [
      'file a seq 1 type b\nfile b seq 2 type b\n',
      'appendonlydir/appendonly.aof.manifest:2: Found duplicate base file information.',
    ],
    [
      'file a seq 2 type i\nfile b seq 2 type i\n',
      'appendonlydir/appendonly.aof.manifest:2: Found a non-monotonic sequence number.',
    ],
    ['file a seq 2 type x\n', 'appendonlydir/appendonly.aof.manifest:1: Unknown AOF file type.'],
    ['file a seq 2 type i', 'appendonlydir/appendonly.aof.manifest:1: The AOF manifest file contains too long line.'],
    ['file none seq 2 type i\n', 'There is no appendonlydir/none, which appendonlydir/appendonly.aof.manifest names.'],
  ])('does not start on the manifest %j', (manifest, message) => {
    const { start, put } = machine()
    put('appendonly.aof.manifest', manifest)
    expect(() => start()).toThrow(message)
  })

  it.each([
    ['*1\r\n$4\r\nPING\r\nrubbish', 'no command at byte 14: a command begins with "*"'],
    ['*2\r\n$3\r\nGET\r\n:1\r\n', 'no command at byte 0: an argument begins with "$"'],
    ['*0\r\n', 'no command at byte 0: a command has one argument at least'],
    ['*1\r\n$3\r\nFLY\r\n', 'cannot replay the command at byte 0: unknown command "FLY"'],
    ['REDIS0010', 'appendonlydir/x.incr cannot be loaded: at byte 9, the file ends too soon.'],
    ['REDIS0010\x00\x01k', 'appendonlydir/x.incr cannot be loaded: at byte 12, the file ends too soon.'],
  ])('does not start on a file with %j', (contents, message) => {
    const { start, put } = machine()
    put('appendonly.aof.manifest', 'file x.incr seq 1 type i\n')
    put('x.incr', contents)
    expect(() => start()).toThrow(message)
  })

  it('has its base in RDB where that is wanted, and goes on behind it', () => {
    const { start, text, put, disk, clock } = machine()
    const first = start({ 'aof-use-rdb-preamble': 'yes' })
    expect(text('appendonly.aof.1.base.rdb').startsWith('REDIS0010')).toBe(true)
    first.client.send('SET', 'k', 'v', 'PX', '100')
    first.client.send('XADD', 's', '1-1', 'f', 'v')
    first.client.send('BGREWRITEAOF')
    clock.advance(100)
    first.client.send('SET', 'l', 'w')
    expect(text('appendonly.aof.manifest')).toContain('appendonly.aof.2.base.rdb')
    first.node.shutdown()
    // The key whose time is over is there until the increment tells that it went.
    clock.advance(1000)
    const base = text('appendonly.aof.2.base.rdb')
    expect(base).toContain('\x01k\x01v')
    const second = start({ 'aof-use-rdb-preamble': 'no' })
    expect(second.client.send('GET', 'l')).toBe('$1\r\nw\r\n')
    expect(second.client.send('XLEN', 's')).toBe(':1\r\n')
    expect(second.client.send('EXISTS', 'k')).toBe(':0\r\n')
    second.client.send('BGREWRITEAOF')
    clock.advance(100)
    expect(disk.names).toContain('appendonlydir/appendonly.aof.3.base.aof')
    second.node.shutdown()
    put('old', `${base}*3\r\n$3\r\nSET\r\n$1\r\nm\r\n$1\r\n1\r\n`)
    put('appendonly.aof.manifest', 'file old seq 1 type b\n')
    const third = start()
    expect(third.client.send('MGET', 'm', 'l')).toBe('*2\r\n$1\r\n1\r\n$-1\r\n')
    expect(third.client.send('XLEN', 's')).toBe(':1\r\n')
  })

  it('cuts off a broken end of the last file only, and only where it may', () => {
    const { start, put } = machine()
    put('appendonly.aof.manifest', 'file b seq 1 type b\nfile x.incr seq 1 type i\n')
    put('b', '')
    put('x.incr', '*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$3\r\nSE')
    expect(() => start({ 'aof-load-truncated': 'no' })).toThrow('27 bytes of it are whole')
    const { client, node } = start()
    expect(client.send('GET', 'a')).toBe('$1\r\n1\r\n')
    node.crash()
    put('b', '*3\r\n$3\r\nSET\r\n$1')
    expect(() => start()).toThrow('appendonlydir/b ends in the middle of a command')
  })

  it('goes on with the file of a server older than Redis 7', () => {
    const { start, disk, text } = machine()
    disk.append('appendonly.aof', Buffer.from('*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n'))
    expect(start().client.send('GET', 'a')).toBe('$1\r\n1\r\n')
    expect(text('appendonly.aof.manifest')).toBe(
      'file appendonly.aof seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n',
    )
  })

  it('loads keys whose time is over, which then go as they would have gone', () => {
    const { start, clock, text } = machine()
    const first = start()
    first.client.send('SET', 'k', 'v', 'PX', '100')
    first.client.send('SET', 'l', 'v', 'PX', '1000000')
    first.node.crash()
    clock.advance(5000)
    const { client } = start()
    expect(client.send('DBSIZE')).toBe(':2\r\n')
    expect(client.send('GET', 'k')).toBe('$-1\r\n')
    expect(words(text('appendonly.aof.1.incr.aof'))).toMatch(/SELECT 0 DEL k$/)
    expect(client.send('PTTL', 'l')).toBe(':995000\r\n')
  })

  it('notes the time where that is wanted', () => {
    const { start, clock, text } = machine()
    const { client, node } = start({ 'aof-timestamp-enabled': 'yes' })
    client.send('SET', 'a', '1')
    client.send('SET', 'a', '2')
    clock.advance(1000)
    client.send('SET', 'a', '3')
    expect(text('appendonly.aof.1.incr.aof').match(/#TS:\d+\r\n/g)).toEqual([
      '#TS:1700000000\r\n',
      '#TS:1700000001\r\n',
    ])
    node.crash()
    expect(start().client.send('GET', 'a')).toBe('$1\r\n3\r\n')
  })
})

describe('BGREWRITEAOF', () => {
  it('makes a new base while writing goes on, and drops what it has taken up', () => {
    const { start, clock, disk, text } = machine({ bytesPerSecond: 100 })
    const { client, node } = start()
    for (let n = 0; n < 50; n++) client.send('SET', 'k', String(n))
    expect(client.send('BGREWRITEAOF')).toBe('+Background append only file rewriting started\r\n')
    expect(client.send('BGREWRITEAOF')).toBe('-ERR Background append only file rewriting already in progress\r\n')
    client.send('SET', 'late', '1')
    expect(infoOf(client, 'aof_rewrite_in_progress')).toBe('1')
    clock.advance(3000)
    expect(infoOf(client, 'aof_rewrite_in_progress')).toBe('0')
    expect(disk.names.map((name) => name.replace(`${FOLDER}/appendonly.aof.`, ''))).toEqual([
      '2.base.aof',
      '2.incr.aof',
      'manifest',
    ])
    expect(words(text('appendonly.aof.2.base.aof'))).toBe('SELECT 0 SET k 49')
    expect(words(text('appendonly.aof.2.incr.aof'))).toBe('SELECT 0 SET late 1')
    node.crash()
    expect(start().client.send('MGET', 'k', 'late')).toBe('*2\r\n$2\r\n49\r\n$1\r\n1\r\n')
  })

  it.each([0, 500, 1500])('leaves all there when the node is killed %i ms after it began', (ms) => {
    const { start, clock } = machine({ bytesPerSecond: 100 })
    const { client, node } = start()
    for (let n = 0; n < 5; n++) client.send('SET', `k${n}`, String(n))
    client.send('BGREWRITEAOF')
    client.send('SET', 'late', '1')
    clock.advance(ms)
    client.send('SET', 'later', '1')
    node.crash()
    expect(start().client.send('DBSIZE')).toBe(':7\r\n')
  })

  it('fails when the disk is full, and says so in INFO', () => {
    const { start, clock, disk, text } = machine()
    const { client } = start()
    client.send('SET', 'k', 'v'.repeat(100))
    client.send('BGREWRITEAOF')
    disk.capacityBytes = disk.usedBytes + 20
    clock.advance(500)
    expect(infoOf(client, 'aof_last_bgrewrite_status')).toBe('err')
    expect(infoOf(client, 'aof_rewrites_consecutive_failures')).toBe('1')
    disk.capacityBytes = Infinity
    expect(text('appendonly.aof.manifest')).toContain('1.base.aof')
    client.send('BGREWRITEAOF')
    clock.advance(500)
    expect(text('appendonly.aof.manifest')).toContain('2.base.aof')
    expect(infoOf(client, 'aof_last_bgrewrite_status')).toBe('ok')
  })

  it('begins by itself when the AOF has grown', () => {
    const { start, clock } = machine()
    const { client } = start({ 'auto-aof-rewrite-min-size': '1000' })
    for (let n = 0; n < 60; n++) client.send('SET', 'k', String(n))
    clock.advance(1000)
    expect(infoOf(client, 'aof_rewrites')).toBe('1')
    expect(Number(infoOf(client, 'aof_current_size'))).toBeLessThan(100)
  })

  it('waits for the end of a transaction', () => {
    const { start, clock, text } = machine()
    const { client } = start()
    client.send('MULTI')
    client.send('INCR', 'n')
    client.send('BGREWRITEAOF')
    client.send('INCR', 'n')
    expect(client.send('EXEC')).toContain('+Background append only file rewriting scheduled')
    clock.advance(1000)
    expect(words(text('appendonly.aof.2.base.aof'))).toBe('SELECT 0 SET n 2')
    expect(text('appendonly.aof.2.incr.aof')).toBe('')
  })
})

describe('CONFIG SET appendonly', () => {
  it('begins with a rewrite and ends with a sync', () => {
    const { start, clock, disk, text } = machine({ bytesPerSecond: 100 })
    const { client, node } = start({ appendonly: 'no' })
    client.send('SET', 'k', 'v')
    expect(disk.names).toEqual([])
    expect(client.send('CONFIG', 'SET', 'appendonly', 'yes')).toBe('+OK\r\n')
    client.send('SET', 'l', 'w')
    expect(disk.names).toEqual([`${FOLDER}/temp-appendonly.aof.incr`])
    clock.advance(3000)
    expect(text('appendonly.aof.manifest')).toContain('1.base.aof')
    expect(words(text('appendonly.aof.1.incr.aof'))).toBe('SELECT 0 SET l w')
    expect(client.send('CONFIG', 'SET', 'appendonly', 'no')).toBe('+OK\r\n')
    client.send('SET', 'm', 'x')
    expect(infoOf(client, 'aof_enabled')).toBe('0')
    expect(infoOf(client, 'aof_current_size')).toBeUndefined()
    node.crash()
    disk.crash(new SeededRandom(3))
    expect(start().client.send('MGET', 'k', 'l', 'm')).toBe('*3\r\n$1\r\nv\r\n$1\r\nw\r\n$-1\r\n')
  })

  it('says no when the disk says no', () => {
    const { start, disk } = machine()
    const { client } = start({ appendonly: 'no' })
    disk.breakDown()
    const refusal = "CONFIG SET failed (possibly related to argument 'appendonly')"
    const why = 'Unable to turn on AOF. Check server logs.'
    expect(client.send('CONFIG', 'SET', 'appendonly', 'yes')).toBe(`-ERR ${refusal} - ${why}\r\n`)
    expect(client.send('CONFIG', 'GET', 'appendonly')).toContain('no')
    expect(infoOf(client, 'aof_enabled')).toBe('0')
  })
})

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { SimulatedDisk } from '../disk/simulated-disk'
import { bytesOfStep, conversation, countReplies } from '../testing/conversation'
import { ManualClock } from '../testing/manual-clock'
import { hasRealRedis, RealRedis } from '../testing/real-redis'
import { testNode } from '../testing/test-client'

const FOLDER = 'appendonlydir'
const INCREMENT = 'appendonly.aof.1.incr.aof'

const { steps } = conversation(
  'a full disk',
  'SET k 1',
  'SET k 2',
  'PING',
  'GET k',
  'PUBLISH c m',
  'FLUSHALL',
  'EXPIRE k 100',
  'BLPOP l 1',
  'MULTI',
  'GET k',
  'SET k 3',
  'EXEC',
  `EVAL "return redis.call('SET', 'k', 4)" 0`,
  `EVAL "return redis.pcall('SET', 'k', 4)" 0`,
  `EVAL "return redis.call('GET', 'k')" 0`,
  'SCRIPT LOAD "return 1"',
  'CONFIG SET appendonly no',
  'PING',
  'SET k 5',
  'CONFIG SET appendonly yes',
  'SET k 6',
  'PING',
)

// A file that takes nothing stands for a full disk.
it.skipIf(!hasRealRedis())('a full disk is refused in the words of redis-server 7.0.15', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'eventyard-full-'))
  mkdirSync(join(folder, FOLDER))
  symlinkSync('/dev/full', join(folder, FOLDER, INCREMENT))
  writeFileSync(join(folder, FOLDER, 'appendonly.aof.manifest'), `file ${INCREMENT} seq 1 type i\n`)
  const server = await RealRedis.start('--appendonly', 'yes', '--dir', folder)
  try {
    const disk = new SimulatedDisk({ clock: new ManualClock(0) })
    const { connect } = testNode({ disk, config: { appendonly: 'yes', save: '' } })
    disk.capacityBytes = disk.usedBytes
    const [simulated, real] = [connect(), await server.connect()]
    const said: { step: string; simulated: string; real: string }[] = []
    for (const step of steps) {
      // The rewrite that begins it anew has a file of its own, which has room.
      if (step.send === 'CONFIG SET appendonly yes') disk.capacityBytes = Infinity
      simulated.received = ''
      simulated.handle.receive(bytesOfStep(step))
      real.received = ''
      real.send(bytesOfStep(step))
      expect(await real.until(() => countReplies(real.received) === 1)).toBe(true)
      said.push({ step: step.send!, simulated: simulated.received, real: real.received })
    }
    expect(said.filter((reply) => reply.simulated !== reply.real)).toEqual([])
    expect(said.filter(({ real: reply }) => reply.startsWith('-MISCONF')).length).toBeGreaterThan(5)
  } finally {
    await server.stop()
    // A child of the server may outlive it for a moment.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
})

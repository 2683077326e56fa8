import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasRealRedis, pause } from '../simulator/testing/real-redis'
import { bundleFolder, ensureBuilt, eventyard, root } from './testing/command-line'

const PREFIX = 'eventyard-local-'

describe.skipIf(!hasRealRedis())('a run on local servers', () => {
  it('plays a scenario on a real redis-server, and its expectations hold', async () => {
    const { code, stdout } = await eventyard('run', 'chat-room', '--on', 'local', '--json')

    const told = JSON.parse(stdout) as { ok: boolean; hash: string | null; expectations: { actual: string }[] }
    expect(told).toMatchObject({ ok: true, hash: null })
    expect(told.expectations).toHaveLength(6)
    expect(code).toBe(0)
  })

  it('says that the time of real servers cannot be changed', async () => {
    const { code, stderr } = await eventyard('run', 'chat-room', '--on', 'local', '--speed', 'max')

    expect(stderr).toContain('Real servers cannot be stopped in time')
    expect(code).toBe(2)
  })

  it('leaves no server and no folder behind when it is killed', async () => {
    ensureBuilt()
    const child = spawn(process.execPath, [`${bundleFolder}/cli.cjs`, 'run', 'pubsub-in-a-cluster', '--on', 'local'], {
      cwd: root,
    })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const folder = folderOf(child.pid!)
    const pids = readdirSync(folder)
      .filter((name) => name.startsWith('node-'))
      .map((name) => Number(readFileSync(join(folder, name, 'redis.pid'), 'utf8')))
    expect(pids).toHaveLength(6)
    expect(pids.every(isRunning)).toBe(true)

    child.kill('SIGKILL')

    await untilSo(() => !pids.some(isRunning) && !existsSync(folder))
  })
})

/** The folder that a process has for its servers. */
function folderOf(pid: number): string {
  for (const name of readdirSync(tmpdir())) {
    const owner = join(tmpdir(), name, 'owner.pid')
    if (name.startsWith(PREFIX) && existsSync(owner) && readFileSync(owner, 'utf8') === String(pid)) {
      return join(tmpdir(), name)
    }
  }
  throw new Error(`process ${pid} has no folder`)
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Other processes tell nobody of their end: the test's own limit ends a wait for what never comes. */
async function untilSo(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(10)
}

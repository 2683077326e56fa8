/** Foreign code under the world's clock. The file runs in a process of its own, whose globals it replaces for good. */
import crypto from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { SeededRandom } from '../../simulator/clock/seeded-random'
import { VirtualClock } from '../../simulator/clock/virtual-clock'
import { turn } from './machine'
import { installVirtualGlobals, setVirtualHost } from './virtual-globals'

const clock = new VirtualClock(Date.UTC(2026, 0, 1) * 1000)
let random = new SeededRandom(1)
const immediates: (() => void)[] = []

beforeAll(() => {
  setVirtualHost({
    nowUs: () => clock.nowUs(),
    unixUs: () => clock.unixUs(),
    randomBytes: (size) => Uint8Array.from({ length: size }, () => random.next() >>> 24),
    randomFloat: () => random.float(),
    later: (delayUs, run) => clock.after(delayUs, run),
    soon: (run) => {
      immediates.push(run)
      return () => immediates.splice(immediates.indexOf(run), 1)
    },
  })
  installVirtualGlobals()
})

function runAll(): void {
  while (clock.runNext());
}

describe('timers', () => {
  it('run in virtual time, in order, with their values', () => {
    const ran: unknown[] = []
    setTimeout((value: string) => ran.push([value, Date.now() % 1000]), 30, 'late')
    setTimeout(() => ran.push('early'), 10)
    const cancelled = setTimeout(() => ran.push('never'), 5)
    clearTimeout(cancelled)
    runAll()
    expect(ran).toEqual(['early', ['late', 30]])
  })

  it('repeat until they are cleared, also by their number', () => {
    let count = 0
    const interval = setInterval(() => {
      if (++count === 3) clearInterval(Number(interval))
    }, 7)
    const startedUs = clock.nowUs()
    runAll()
    expect(count).toBe(3)
    expect(clock.nowUs() - startedUs).toBe(21_000)
  })

  it('can be refreshed, and take a delay below 1 ms for 1 ms', () => {
    const startedUs = clock.nowUs()
    let ranUs = 0
    const timer = setTimeout(() => (ranUs = clock.nowUs() - startedUs), 10)
    setTimeout(() => timer.refresh(), 6)
    runAll()
    expect(ranUs).toBe(16_000)
    const again = clock.nowUs()
    setTimeout(() => undefined, 0)
    runAll()
    expect(clock.nowUs() - again).toBe(1000)
    expect(timer.unref().hasRef()).toBe(false)
  })

  it('give immediates to the world', () => {
    const ran: string[] = []
    setImmediate((word: string) => ran.push(word), 'now')
    clearImmediate(setImmediate(() => ran.push('never')))
    for (const run of immediates.splice(0)) run()
    expect(ran).toEqual(['now'])
  })

  it('serve promises too', async () => {
    const { setTimeout: sleep } = await import('node:timers/promises')
    const slept = sleep(50, 'value')
    const startedUs = clock.nowUs()
    runAll()
    expect(await slept).toBe('value')
    expect(clock.nowUs() - startedUs).toBe(50_000)
  })
})

describe('waiting in promises', () => {
  // Promises have to come to rest in between, as they do in a world.
  const rest = async () => {
    await turn()
    while (clock.runNext()) await turn()
  }

  it('takes virtual time in every form that Node has', async () => {
    const { promisify } = await import('node:util')
    const { scheduler, setInterval: ticks } = await import('node:timers/promises')
    const startedUs = clock.nowUs()
    const ended: [string, number][] = []
    const note = (what: string) => () => ended.push([what, (clock.nowUs() - startedUs) / 1000])
    void promisify(setTimeout)(20).then(note('promisify'))
    void scheduler.wait(30).then(note('scheduler'))
    AbortSignal.timeout(40).addEventListener('abort', note('signal'))
    void (async () => {
      let count = 0
      for await (const word of ticks(25, 'tick')) {
        note(word)()
        if (++count === 2) break
      }
    })()
    await rest()
    expect(ended).toEqual([
      ['promisify', 20],
      ['tick', 25],
      ['scheduler', 30],
      ['signal', 40],
      ['tick', 50],
    ])
  })

  it('can be called off', async () => {
    const { setTimeout: sleep } = await import('node:timers/promises')
    const startedUs = clock.nowUs()
    const slept = sleep(1000, 'late', { signal: AbortSignal.timeout(10) }).catch((error: Error) => error.name)
    await rest()
    expect(await slept).toBe('AbortError')
    expect(clock.nowUs() - startedUs).toBe(10_000)
    await expect(sleep(1, 0, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORT_ERR' })
  })
})

describe('clocks', () => {
  it('all show the same virtual time, which stands still between events', async () => {
    const read = () => [Date.now(), new Date().getTime(), performance.now(), Number(process.hrtime.bigint() / 1000n)]
    const before = read()
    await turn()
    expect(read()).toEqual(before)
    setTimeout(() => undefined, 1000)
    runAll()
    expect(read()).toEqual([before[0]! + 1000, before[1]! + 1000, before[2]! + 1000, before[3]! + 1_000_000])
    expect(process.hrtime()[0]).toBe(Math.floor(clock.nowUs() / 1e6))
    expect(Date()).toBe(new Date().toString())
    expect(new Date(0).getTime()).toBe(0)
    expect(new Date(2026, 0, 1) instanceof Date).toBe(true)
  })
})

describe('chance', () => {
  it('comes from the seed, whoever asks', async () => {
    const draw = () => [
      Math.random(),
      crypto.randomBytes(8).toString('hex'),
      crypto.randomUUID(),
      crypto.randomInt(1000),
      globalThis.crypto.getRandomValues(new Uint32Array(2)).join(),
      globalThis.crypto.randomUUID(),
    ]
    const first = draw()
    expect(draw()).not.toEqual(first)
    random = new SeededRandom(1)
    const again = draw()
    random = new SeededRandom(1)
    expect(draw()).toEqual(again)
    const part = crypto.randomFillSync(Buffer.alloc(8), 2, 3)
    expect([part[0], part[1], part[5], part[6], part[7]]).toEqual([0, 0, 0, 0, 0])
    expect(part.subarray(2, 5).some((octet) => octet !== 0)).toBe(true)
    const filled = new Promise((resolve) =>
      crypto.randomFill(Buffer.alloc(4), 3, (_, view) => resolve(view.subarray(0, 3))),
    )
    expect(await filled).toEqual(Buffer.alloc(3))
    expect(crypto.randomUUID()).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    const called = new Promise((resolve) => crypto.randomBytes(4, (_, bytes) => resolve(bytes.length)))
    expect(await called).toBe(4)
  })
})

/** redis-cli with its ways of use, against a served node: it says what it says of redis-server. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasRealRedis, RealRedis } from '../simulator/testing/real-redis'
import { finished, serve, type Served } from './testing/command-line'

const hasRedisCli = spawnSync('redis-cli', ['--version']).status === 0
const folder = mkdtempSync(join(tmpdir(), 'eventyard-redis-cli-'))
const script = join(folder, 'sum.lua')
writeFileSync(script, "return {KEYS[1], ARGV[1] + ARGV[2], redis.call('INCR', KEYS[1])}")

let served: Served
let real: RealRedis
beforeAll(async () => {
  served = await serve('--topology', 'standalone')
  real = await RealRedis.start()
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await real?.stop()
  expect(await served.stop()).toBe(0)
})

/** redis-cli to its end, with what is written to it. */
async function redisCli(port: number, args: readonly string[], input = ''): Promise<string> {
  const child = spawn('redis-cli', ['-p', String(port), ...args])
  // With a command to run it reads nothing, and may be gone already.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const { stdout, stderr, code } = await finished(child)
  return [stdout, stderr, code].join('\n').replaceAll(`127.0.0.1:${port}`, 'ADDRESS')
}

/** redis-cli until it has said something and the rest was done, then interrupted. */
async function listening(
  port: number,
  args: readonly string[],
  until: RegExp,
  then: () => Promise<unknown>,
  end: RegExp,
) {
  const child = spawn('redis-cli', ['-p', String(port), ...args])
  const ended = finished(child)
  let said = ''
  let look: () => void = () => undefined
  child.stdout.on('data', (text: Buffer) => {
    said += text.toString()
    look()
  })
  const hears = (what: RegExp) =>
    new Promise<void>((resolve) => {
      look = () => what.test(said) && resolve()
      look()
    })
  await hears(until)
  await then()
  await hears(end)
  child.kill('SIGINT')
  await ended
  return said
}

const mass = Array.from(
  { length: 2000 },
  (_, n) => `*3\r\n$3\r\nSET\r\n$${`mass:${n}`.length}\r\nmass:${n}\r\n$1\r\nx\r\n`,
)

/** In their order, each on what those before it have left. */
const uses: readonly { args: string[]; input?: string }[] = [
  { args: [], input: 'SET greeting "hello world"\nGET greeting\nFLY me\nMULTI\nINCR n\nINCR n\nEXEC\nHELLO 9\n' },
  { args: ['-3'], input: 'HSET hash a 1 b 2\nHGETALL hash\nSADD set x\nSMEMBERS set\nZADD z 1.5 a\nZSCORE z a\n' },
  { args: ['-n', '3'], input: 'SET there x\nDBSIZE\nSELECT 0\nDBSIZE\n' },
  { args: ['--eval', script, 'counter', ',', '40', '2'] },
  { args: ['-x', 'SET', 'from-stdin'], input: 'two\nlines' },
  { args: ['-X', 'VALUE', 'SET', 'tagged', 'VALUE'], input: 'in the middle' },
  { args: ['--no-raw', 'GET', 'from-stdin'] },
  { args: ['--raw', 'HGETALL', 'hash'] },
  { args: ['--csv', 'HGETALL', 'hash'] },
  { args: ['--json', 'HGETALL', 'hash'] },
  { args: ['--quoted-json', 'GET', 'greeting'] },
  { args: ['--quoted-input', 'SET', '"bin\\x00ary"', '"\\xff"'] },
  { args: ['-r', '3', '-i', '0.01', 'INCR', 'repeated'] },
  { args: ['-e', 'INCR', 'greeting'] },
  { args: ['--pipe'], input: mass.join('') },
  { args: ['DBSIZE'] },
  { args: ['-a', 'secret', '--no-auth-warning', 'PING'] },
  { args: ['--user', 'default', '--pass', 'any', '--no-auth-warning', 'ACL', 'WHOAMI'] },
]

describe.runIf(hasRedisCli && hasRealRedis())('redis-cli', () => {
  it.each(uses)('says the same with $args', async ({ args, input }) => {
    expect(await redisCli(served.port, args, input)).toBe(await redisCli(real.port, args, input))
  })

  it('finds every key with --scan, by pattern and type', async () => {
    const keys = async (port: number, ...args: string[]) =>
      (await redisCli(port, ['--scan', ...args])).split('\n').sort()
    for (const args of [
      [],
      ['--pattern', 'mass:1*'],
      ['--count', '500', '--pattern', '*'],
      ['--quoted-pattern', '"bin*"'],
    ]) {
      expect(await keys(served.port, ...args)).toEqual(await keys(real.port, ...args))
    }
    expect((await keys(served.port)).length).toBeGreaterThan(2000)
  })

  it.each(['--bigkeys', '--memkeys', '--hotkeys'])('goes through all keys with %s', async (option) => {
    // Which of several equal keys is met first is chance; what is found of each type in the end is not.
    const summary = (text: string) => {
      const lines = text.slice(text.indexOf('-------- summary')).split('\n')
      return option === '--bigkeys' ? lines.filter((line) => !/^Biggest string/.test(line)) : [lines[0]]
    }
    const [ours, theirs] = [await redisCli(served.port, [option]), await redisCli(real.port, [option])]
    expect(summary(ours)).toEqual(summary(theirs))
    expect(ours.split('\n').at(-1)).toBe(theirs.split('\n').at(-1))
  })

  it('watches with MONITOR, SUBSCRIBE and PSUBSCRIBE', async () => {
    const tell = async (port: number) => [
      await listening(port, ['MONITOR'], /OK/, () => redisCli(port, ['SET', 'seen', 'x y']), /"SET"/).then((text) =>
        text.replace(/^[\d.]+ \[0 [\d.:]+\]/gm, 'TIME'),
      ),
      await listening(port, ['SUBSCRIBE', 'news'], /news/, () => redisCli(port, ['PUBLISH', 'news', 'a']), /\na\n/),
      await listening(port, ['PSUBSCRIBE', 'n*'], /n\*/, () => redisCli(port, ['PUBLISH', 'new', 'b']), /\nb\n/),
      await listening(port, ['-3', 'SSUBSCRIBE', 'sh'], /sh/, () => redisCli(port, ['SPUBLISH', 'sh', 'c']), /\nc\n/),
    ]
    expect(await tell(served.port)).toEqual(await tell(real.port))
  })

  it('measures with --stat and --latency', async () => {
    const stat = await listening(
      served.port,
      ['--stat', '-i', '0.05'],
      /keys[^]*\n\d+ /,
      async () => undefined,
      /\n\d+ [^]*\n\d+ /,
    )
    expect(stat).toMatch(/------- data ------ --------------------- load -------------------- - child -/)
    expect(stat).toMatch(/\n20\d\d +\d+(\.\d\d)?[KMG] +\d+ +0 +\d+ \(\+\d+\) +\d+/)
    expect(await redisCli(served.port, ['--latency', '--raw', '-i', '0.2'])).toMatch(/^\d+ \d+ \d+\.\d\d \d+\n/)
  })

  it('has the sections of INFO in their order', async () => {
    const titles = async (port: number) => (await redisCli(port, ['INFO'])).match(/^# .*$/gm)
    expect(await titles(served.port)).toEqual(await titles(real.port))
  })
})

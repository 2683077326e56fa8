import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CommandSpec } from './node/command-spec'
import { families } from './node/command-table'
import { Target, type EffectSink } from './node/effects'
import { EffectWriter } from './persistence/aof-format'
import { RequestDecoder } from './resp/request-decoder'
import { after, compare, conversation, type Step } from './testing/conversation'
import { effectCases, unitCases } from './testing/effect-cases'
import { hasRealRedis, RealRedis } from './testing/real-redis'
import { testNode, type TestNode } from './testing/test-client'

/** Every command that can have an effect, sub-commands by their full names. */
function effectiveCommands(): string[] {
  return families.flat().flatMap((spec: CommandSpec) => {
    const all = spec.subcommands?.map((sub) => [`${spec.name}|${sub.name}`, sub] as const) ?? [
      [spec.name, spec] as const,
    ]
    return all
      .filter(([, { flags }]) => flags.includes('write') || flags.includes('may_replicate'))
      .map(([name]) => name)
  })
}

class Recorder implements EffectSink {
  readonly target = Target.aof
  private readonly writer = new EffectWriter()
  text = ''

  feed(db: number, argv: Parameters<EffectSink['feed']>[1]): void {
    this.text += this.writer.format(db, argv)
  }
}

function commandsOf(bytes: Buffer): string[][] {
  const decoder = new RequestDecoder()
  decoder.push(bytes)
  const commands: string[][] = []
  for (let argv = decoder.next(); argv; argv = decoder.next()) commands.push(argv)
  return commands
}

const CLOCKS_APART_MS = 1500
const TIME = /^(\d{13})(-\d+)?$/

/** Both servers read their own clock, so times may be some ms apart. */
function isSame(simulated: string, real: string): boolean {
  if (simulated === real) return true
  const [a, b] = [TIME.exec(simulated), TIME.exec(real)]
  return !!a && !!b && Math.abs(Number(a[1]) - Number(b[1])) < CLOCKS_APART_MS && a[2] === b[2]
}

/** Which members and keys go first is a matter of chance, how many is not. */
function withoutChance(argv: string[]): string[] {
  if (argv[0] === 'DEL' && argv[1]?.startsWith('any:')) return ['DEL', 'any:#']
  return argv[0] === 'SREM' && argv[1] === 'many' ? argv.map((word, at) => (at < 2 ? word : '#')) : argv
}

describe.skipIf(!hasRealRedis())('the effects of commands beside the AOF of redis-server 7.0.15', () => {
  let server: RealRedis
  let world: TestNode
  let recorder: Recorder
  let read = 0

  beforeAll(async () => {
    const aof = ['--appendonly', 'yes', '--appendfsync', 'always', '--aof-use-rdb-preamble', 'no']
    server = await RealRedis.start(...aof, '--auto-aof-rewrite-percentage', '0', '--enable-debug-command', 'yes')
    world = testNode({ port: server.port, config: { save: '', 'enable-debug-command': 'yes' } }, Date.now() * 1000)
    recorder = new Recorder()
    world.node.effects.attach(recorder)
  })

  afterAll(() => server.stop())

  async function difference(name: string, steps: readonly (string | Step)[]): Promise<string[]> {
    const lazy = ['expire', 'user-del', 'server-del'].map((what) => `CONFIG SET lazyfree-lazy-${what} no`)
    const talk = conversation(name, 'SELECT 0', ...steps, 'z: SELECT 0', ...lazy.map((line) => `z: ${line}`))
    recorder.text = ''
    await compare(talk, 2, world, server)
    const simulated = commandsOf(Buffer.from(recorder.text, 'latin1'))
    const file = join(server.folder, 'appendonlydir', 'appendonly.aof.1.incr.aof')
    expect(existsSync(file)).toBe(true)
    const bytes = readFileSync(file)
    const real = commandsOf(bytes.subarray(read))
    read = bytes.length
    const length = Math.max(simulated.length, real.length)
    const all = Array.from({ length }, (_, at) => ({ simulated: simulated[at] ?? [], real: real[at] ?? [] }))
    expect(real.length).toBeGreaterThan(0)
    return all
      .map(({ simulated: a, real: b }) => ({ simulated: withoutChance(a), real: withoutChance(b) }))
      .filter(({ simulated: a, real: b }) => a.length !== b.length || !a.every((word, at) => isSame(word, b[at]!)))
      .map(({ simulated: a, real: b }) => `simulated: ${a.join(' ')}; real: ${b.join(' ')}`)
  }

  it('looks at every command that can have one', () => {
    expect(Object.keys(effectCases).sort()).toEqual(effectiveCommands().sort())
  })

  it.each(Object.entries(effectCases))('of %s are the same', async (name, lines) => {
    expect(await difference(name, lines)).toEqual([])
  })

  it.each(Object.entries(unitCases))('of %s are the same', async (name, lines) => {
    expect(await difference(name, lines)).toEqual([])
  })

  it('of keys that expire are the same', async () => {
    const byLookup = ['DEBUG SET-ACTIVE-EXPIRE 0', 'SET k v PX 20', 'SET l v PX 20', 'SET m v PX 20', 'SET n v PX 20']
    const looks = ['GET k', 'MGET k l', 'SET m w', 'MULTI', 'GET n', 'EXEC']
    const inTime = ['MSET any:1 1 any:2 2', 'PEXPIRE any:1 20', 'PEXPIRE any:2 20', after(300)]
    const lazy = ['z: CONFIG SET lazyfree-lazy-expire yes', 'SET q v PX 20', after(300), 'GET q']
    const steps = [...byLookup, after(60), ...looks, 'DEBUG SET-ACTIVE-EXPIRE 1', ...inTime, ...lazy]
    expect(await difference('expiry', steps)).toEqual([])
  })

  it('of keys that a scan of all finds expired are no transaction', async () => {
    const set = ['SET any:1 v PX 20', 'SET any:2 v PX 20', 'SET any:3 v PX 20', after(60)]
    const steps = ['DEBUG SET-ACTIVE-EXPIRE 0', ...set, 'RANDOMKEY', ...set, 'SCAN 0', ...set, 'KEYS *', 'DBSIZE']
    const inUnit = [...set, 'MULTI', 'RANDOMKEY', 'EXEC', 'DEBUG SET-ACTIVE-EXPIRE 1']
    expect(await difference('scans', [...steps, ...inUnit])).toEqual([])
  })
})

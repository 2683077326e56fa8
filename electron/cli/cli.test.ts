import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventyard } from './testing/command-line'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'eventyard-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const quiet = `eventyard: 1
name: Quiet
actors: { ana: { role: publisher, channel: news } }
steps: [{ at: 0s, start: ana }, { at: 1s }]
`

describe('eventyard run', () => {
  it('plays a built-in scenario and prints its expectations', async () => {
    const { code, stdout, stderr } = await eventyard('run', 'chat-room')
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^passed {2}lost\(dan\) >= 4 +lost\(dan\) = \d+$/m)
    expect(stdout).toMatch(/^trace [0-9a-f]{64}$/m)
    expect(code).toBe(0)
  })

  it('answers in JSON, a line for each scenario', async () => {
    const { code, stdout } = await eventyard('run', 'chat-room', file('quiet.yaml', quiet), '--json')
    const [first, second] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(first).toMatchObject({ title: 'Chat room', ok: true, seed: 7 })
    expect(first.virtualMs).toBeGreaterThanOrEqual(14_000)
    expect(second).toMatchObject({ title: 'Quiet', ok: true, expectations: [], virtualMs: 1000 })
    expect(code).toBe(0)
  })

  it('prints the very lines that the hash is made of', async () => {
    const { createHash } = await import('node:crypto')
    const [traced, json] = await Promise.all([
      eventyard('run', 'chat-room', '--trace'),
      eventyard('run', 'chat-room', '--json'),
    ])
    expect(createHash('sha256').update(traced.stdout).digest('hex')).toBe(JSON.parse(json.stdout).hash)
  })

  it('takes another seed, which gives another trace', async () => {
    const [seven, eight] = await Promise.all([
      eventyard('run', 'chat-room', '--json'),
      eventyard('run', 'chat-room', '--json', '--seed', '8'),
    ])
    expect(JSON.parse(eight.stdout).hash).not.toBe(JSON.parse(seven.stdout).hash)
  })

  it('ends with 1 when an expectation failed', async () => {
    const { code, stdout } = await eventyard('run', file('failing.yaml', quiet + 'expect: { sent: 3 }\n'))
    expect(stdout).toMatch(/^FAILED {2}sent = 3 {2}sent = 0$/m)
    expect(code).toBe(1)
  })

  it('reports a step that cannot be carried out, and goes on', async () => {
    const text = quiet.replace('{ at: 1s }', '{ at: 1s, send: "GET \\"a", as: ana }, { at: 2s }')
    const { code, stdout } = await eventyard('run', file('unbalanced.yaml', text), '--json')
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, virtualMs: 2000, expectations: [{ expression: 'step 2' }] })
    expect(code).toBe(1)
  })
})

describe('bad input ends with 2 and one clear message', () => {
  const cases: [string, string[], string][] = [
    ['an unknown command', ['fly'], 'There is no command "fly".'],
    ['an unknown option', ['run', 'chat-room', '--fast'], 'Unknown option --fast.'],
    ['an option without its value', ['run', 'chat-room', '--seed'], '--seed needs a value: --seed N.'],
    ['a seed that is no number', ['run', 'chat-room', '--seed', 'x'], '--seed cannot be "x".'],
    ['a seed out of range', ['run', 'chat-room', '--seed', '4294967296'], '--seed cannot be "4294967296".'],
    ['a speed that is none', ['run', 'chat-room', '--speed', 'warp'], '--speed cannot be "warp".'],
    ['a deployment that is none', ['run', 'chat-room', '--on', 'mars'], '--on cannot be "mars".'],
    ['no scenario', ['run'], 'run needs a scenario.'],
    ['an unknown scenario', ['run', 'chatroom'], 'There is no scenario named "chatroom".'],
    ['a name that leads out of the folder', ['run', '..'], 'There is no scenario named "..".'],
    ['a file that is not there', ['run', './nowhere.yaml'], 'Cannot read ./nowhere.yaml: ENOENT'],
    ['a folder', ['run', './electron/'], 'Cannot read ./electron/: EISDIR'],
    ['a port that is none', ['serve', '--port', '99999'], '--port cannot be "99999".'],
    ['a topology that is none', ['serve', '--topology', 'ring'], '--topology cannot be "ring".'],
    ['a word that serve does not take', ['serve', 'now'], 'Unknown option now.'],
  ]
  it.each(cases)('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await eventyard(...args)
    expect(stderr).toContain(`eventyard: ${message}`)
    expect(stderr.trim().split('\n')).toHaveLength(2)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  const files: [string, string, string][] = [
    ['broken YAML', quiet + 'tags: [a, "b\n', ':6:1: not valid YAML: Missing closing "quote'],
    ['a key twice', quiet + 'name: Again\n', ':5:1: not valid YAML: Map keys must be unique'],
    ['a wrong type', quiet.replace('name: Quiet', 'name: [Quiet]'), ':2:1: name: expected string, received array.'],
    ['an unknown key', quiet + 'sped: 1\n', ':5:1: the file: "sped" is not known here.'],
    ['a missing key', quiet.replace('name: Quiet\n', ''), ': name: is missing.'],
    ['another version', quiet.replace('eventyard: 1', 'eventyard: 2'), ':1:1: eventyard: is not a version'],
    ['an actor that is not there', quiet.replace('start: ana', 'start: bob'), 'there is no actor "bob".'],
    ['a duration without a unit', quiet.replace('at: 1s', 'at: 1'), ':4:35: steps[2].at: 1 is not a duration.'],
    [
      'an expression that is none',
      quiet + 'expect: { lost: "> > 1" }\n',
      'expect.lost: ">" is not expected here (at character 8)',
    ],
    ['a name that expressions do not know', quiet + 'expect: { lots: 1 }\n', '"lots" is not known in expressions.'],
    ['a file of nothing', '', ': the file: expected object, received null.'],
  ]
  it.each(files)('a scenario with %s', async (_, text, message) => {
    const { code, stderr } = await eventyard('run', file('bad.yaml', text))
    expect(stderr).toContain('bad.yaml')
    expect(stderr).toContain(message)
    expect(stderr.trim().split('\n')).toHaveLength(2)
    expect(code).toBe(2)
  })

  it('a port in use', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const { code, stderr } = await eventyard('serve', '--port', String(port))
    server.close()
    expect(stderr).toBe(
      `eventyard: Port ${port} on 127.0.0.1 is in use.\nChoose another with --port, or stop the program that has it.\n`,
    )
    expect(code).toBe(2)
  })
})

describe('help', () => {
  it('lists the commands, and the options of each', async () => {
    const general = await eventyard('--help')
    for (const name of ['run', 'serve', 'list']) {
      expect(general.stdout).toContain(`  ${name}`)
      const own = await eventyard(name, '--help')
      expect(own.stdout).toContain(`Usage: eventyard ${name}`)
      expect(own.code).toBe(0)
    }
    expect(general.code).toBe(0)
  })

  it('tells the version', async () => {
    expect((await eventyard('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

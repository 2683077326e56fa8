// Writes electron/simulator/commands/command-metadata.ts and sentinel-metadata.ts: what a real redis-server 7.0.15, and
// one in Sentinel mode, says of its commands in COMMAND INFO and COMMAND DOCS. Run it by hand when the Redis version that Eventyard simulates changes:
//   node scripts/command-metadata.mjs
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'

const VERSION = '7.0.15'
const COMMANDS = new URL('../electron/simulator/commands/', import.meta.url)

const folder = mkdtempSync(join(tmpdir(), 'command-metadata-'))
try {
  const commands = await commandsOf(['--save', '', '--appendonly', 'no'])
  await write('command-metadata.ts', 'commandMetadata', commands)
  const configFile = join(folder, 'sentinel.conf')
  writeFileSync(configFile, '')
  const { sentinel } = await commandsOf([configFile, '--sentinel'])
  await write('sentinel-metadata.ts', 'sentinelMetadata', { sentinel })
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function commandsOf(options) {
  const port = await freePort()
  const address = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder]
  const server = spawn('redis-server', [...options, ...address], { stdio: 'ignore' })
  try {
    const ask = await connect(port)
    const { version } = await ask('HELLO 3')
    if (version !== VERSION) throw new Error(`redis-server is ${version}, not ${VERSION}`)
    const infos = await ask('COMMAND')
    const docs = await ask('COMMAND DOCS')
    const commands = {}
    for (const info of infos.sort((a, b) => (a[0] < b[0] ? -1 : 1))) commands[info[0]] = describe(info, docs[info[0]])
    return commands
  } finally {
    server.kill()
  }
}

async function write(file, name, commands) {
  const target = fileURLToPath(new URL(file, COMMANDS))
  const text = `import type { CommandMetadata } from './metadata'

/** Written by scripts/command-metadata.mjs from redis-server ${VERSION}; not to be edited. */
export const ${name}: Readonly<Record<string, CommandMetadata>> = ${JSON.stringify(commands)}
`
  writeFileSync(target, await format(text, { ...(await resolveConfig(target)), filepath: target }))
  console.log(`${Object.keys(commands).length} commands written to ${target}`)
}

function describe([name, arity, flags, first, last, step, acl, tips, keySpecs, subInfos], docs) {
  const { subcommands: subDocs, ...ownDocs } = docs
  const subcommands = {}
  for (const info of subInfos.sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
    subcommands[info[0].slice(name.length + 1)] = describe(info, subDocs[info[0]])
  }
  const whole = {
    arity,
    flags,
    keys: [first, last, step],
    acl: acl.map((name) => name.slice(1)),
    tips,
    keySpecs,
    docs: ownDocs,
  }
  return subInfos.length > 0 ? { ...whole, subcommands } : whole
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address())
      probe.close(() => resolve(port))
    })
  })
}

/** Connects once the server listens; gives a function that sends a line and resolves to its reply. */
async function connect(port) {
  for (let tries = 0; ; tries++) {
    try {
      const socket = await new Promise((resolve, reject) => {
        const opening = createConnection(port, '127.0.0.1', () => resolve(opening)).once('error', reject)
      })
      return (line) => exchange(socket, line)
    } catch (error) {
      if (tries === 50) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

function exchange(socket, line) {
  return new Promise((resolve) => {
    let text = ''
    const onData = (chunk) => {
      text += chunk.toString('latin1')
      const reply = parse(text)
      if (reply === undefined) return
      socket.off('data', onData)
      resolve(reply)
    }
    socket.on('data', onData)
    socket.write(`${line}\r\n`)
  })
}

/** RESP3 as plain values: maps become objects, sets arrays. Undefined while the reply is not whole. */
function parse(text) {
  let position = 0
  const read = () => {
    const end = text.indexOf('\r\n', position)
    if (end === -1) throw new Error('cut')
    const type = text[position]
    const rest = text.slice(position + 1, end)
    position = end + 2
    if (type === ':') return Number(rest)
    if (type === '+') return rest
    if (type === '_') return null
    if (type === '*' || type === '~') return Array.from({ length: Number(rest) }, read)
    if (type === '%') return Object.fromEntries(Array.from({ length: Number(rest) }, () => [read(), read()]))
    if (type !== '$') throw new Error(`unexpected reply type ${type}`)
    position += Number(rest) + 2
    if (position > text.length) throw new Error('cut')
    return text.slice(position - Number(rest) - 2, position - 2)
  }
  try {
    return read()
  } catch (error) {
    if (error.message === 'cut') return undefined
    throw error
  }
}

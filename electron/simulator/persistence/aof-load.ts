import { Buffer } from 'node:buffer'
import { EventyardError } from '../../../shared/errors'
import type { Bytes } from '../../../shared/bytes'
import { Client } from '../node/client'
import { wrongArity } from '../node/errors'
import type { RedisNode } from '../node/redis-node'
import type { ClientTransport, Disk } from '../ports'
import { RdbError } from '../rdb/rdb-error'
import { readRdb } from '../rdb/read-rdb'
import type { AofFiles } from './aof-files'
import { AofReader } from './aof-reader'

/** What was cut off an AOF that ended in the middle of a command or of a transaction. */
export interface AofCut {
  readonly file: string
  readonly offset: number
  readonly lost: number
}

const nowhere: ClientTransport = {
  remoteAddress: '',
  localAddress: '',
  unsentLength: 0,
  write: () => undefined,
  end: () => undefined,
  destroy: () => undefined,
}

/**
 * Replays an AOF into an empty node, before anybody is connected. Gives what had to be cut off its end, which
 * `aof-load-truncated` allows; throws EventyardError where Redis would not start.
 */
export function loadAof(node: RedisNode, files: AofFiles): AofCut | undefined {
  const paths = files.manifest.files.map(({ name }) => files.path(name))
  const missing = paths.find((path) => files.disk.size(path) === undefined)
  const manifest = files.disk.pathOf(files.manifestPath)
  if (missing !== undefined) throw new EventyardError('aof.missing', { file: files.disk.pathOf(missing), manifest })
  let cut: AofCut | undefined
  node.isLoading = true
  try {
    for (const [index, path] of paths.entries()) {
      cut = loadFile(node, files, path, index === paths.length - 1)
    }
  } finally {
    node.isLoading = false
  }
  node.resetStats()
  return cut
}

function loadFile(node: RedisNode, files: AofFiles, path: string, isLast: boolean): AofCut | undefined {
  const { disk } = files
  const size = disk.size(path)!
  const file = disk.pathOf(path)
  const manifest = disk.pathOf(files.manifestPath)
  const reader = new AofReader(disk, path, size, loadPreamble(node, disk, path, size))
  const client = loadingClient(node)
  let whole = 0
  for (;;) {
    if (!client.transaction) whole = reader.offset
    const item = reader.next()
    if (item.kind === 'command') {
      const problem = replay(node, client, item.argv)
      if (problem !== undefined) throw new EventyardError('aof.command', { file, offset: whole, problem })
    } else if (item.kind === 'wrong') {
      const { offset } = reader
      throw new EventyardError('aof.format', {
        file,
        offset,
        problem: item.problem,
        manifest,
      })
    } else if (item.kind === 'end' && !client.transaction) {
      return undefined
    } else {
      // A transaction without its EXEC is cut off as a whole.
      if (!isLast || !node.config.isOn('aof-load-truncated')) {
        throw new EventyardError('aof.truncated', { file, offset: whole, manifest })
      }
      disk.truncate(path, whole)
      return { file, offset: whole, lost: size - whole }
    }
  }
}

/** Loads the RDB that the file is, or begins with, and gives where it is over: 0 where there is none. */
function loadPreamble(node: RedisNode, disk: Disk, path: string, size: number): number {
  if (size < 5 || Buffer.from(disk.read(path, 0, 5)).toString('latin1') !== 'REDIS') return 0
  try {
    const contents = readRdb(disk.read(path, 0, size), node, { keepsExpired: true })
    node.rdb.noteLoaded(contents)
    return contents.end
  } catch (error) {
    if (!(error instanceof RdbError)) throw error
    throw new EventyardError('rdb.format', { file: disk.pathOf(path), offset: error.offset, problem: error.problem })
  }
}

/** A client that is never connected: what it says is done, and nobody hears the answers. */
function loadingClient(node: RedisNode): Client {
  const client = new Client(node, -1, nowhere)
  client.isAuthenticated = true
  client.isClosed = true
  client.replyMode = 'off'
  return client
}

/** Gives why the command cannot be replayed. */
function replay(node: RedisNode, client: Client, argv: readonly Bytes[]): string | undefined {
  const command = node.commands.find(argv)
  if (!command?.run) return `unknown command "${argv[0]!}"`
  if (!command.acceptsCount(argv.length)) {
    const refusal = wrongArity(command.fullName)
    return refusal.kind === 'error' ? refusal.text : ''
  }
  if (client.transaction && command.name !== 'exec') {
    client.transaction.queue.push({ command, argv })
    return undefined
  }
  // Whatever would block answers at once, as in a transaction.
  client.isExecuting = true
  command.run({ node, client, db: client.db, argv })
  client.takeAnswer()
  return undefined
}

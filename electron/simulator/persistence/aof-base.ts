import { Buffer } from 'node:buffer'
import type { RedisNode } from '../node/redis-node'
import { writeRdb } from '../rdb/write-rdb'
import { formatCommand } from './aof-format'
import { rewriteCommands } from './aof-rewrite'

const CHUNK_LENGTH = 1 << 20

/** The data set as it stands, in the format that `aof-use-rdb-preamble` asks for. */
export function wholeBase(node: RedisNode): { readonly format: 'rdb' | 'aof'; readonly chunks: Uint8Array[] } {
  return node.config.isOn('aof-use-rdb-preamble')
    ? { format: 'rdb', chunks: writeRdb(node, { 'aof-base': '1' }) }
    : { format: 'aof', chunks: commandChunks(node) }
}

function commandChunks({ config, nowSeconds, keyspace }: RedisNode): Uint8Array[] {
  const chunks: Uint8Array[] = []
  let text = config.isOn('aof-timestamp-enabled') ? `#TS:${nowSeconds}\r\n` : ''
  for (const command of rewriteCommands(keyspace)) {
    text += formatCommand(command)
    if (text.length < CHUNK_LENGTH) continue
    chunks.push(Buffer.from(text, 'latin1'))
    text = ''
  }
  chunks.push(Buffer.from(text, 'latin1'))
  return chunks
}

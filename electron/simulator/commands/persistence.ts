import { noKeys, type CommandSpec, type Handler } from '../node/command-spec'
import { error, simple } from '../resp/reply'

const bgrewriteaof: Handler = ({ node, client }) => {
  const { rewriter } = node.aof
  if (rewriter.isRunning) return error('ERR Background append only file rewriting already in progress')
  // The effects of a transaction go out at its end, and would stand in the new increment as well as in the base.
  if (client.isExecuting) {
    rewriter.isScheduled = true
    node.aof.wake()
    return simple('Background append only file rewriting scheduled')
  }
  if (rewriter.start()) return simple('Background append only file rewriting started')
  return error("ERR Can't execute an AOF background rewriting. Please check the server logs for more information.")
}

export const bgrewriteaofCommand = {
  name: 'bgrewriteaof',
  summary: 'Asynchronously rewrite the append-only file',
  arity: 1,
  flags: ['admin', 'noscript', 'no_async_loading'],
  acl: ['admin', 'slow', 'dangerous'],
  keys: noKeys,
  run: bgrewriteaof,
} as const satisfies CommandSpec

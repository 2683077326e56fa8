import { formatReply } from '../../simulator/resp/format-reply'
import type { Reply } from '../../simulator/resp/reply'
import type { TextWriter } from '../../../shared/trace/texts'

/**
 * Writes what `formatReply` makes of a reply, and gives the text's index. The replies of most commands are written by
 * their parts; `formatReply` says what the words are.
 */
export function spellReply(texts: TextWriter, reply: Reply): number {
  if (reply.kind === 'integer') {
    texts.put('(integer) ')
    texts.put(`${reply.value}`)
    return texts.end()
  }
  if (reply.kind === 'bulk' && reply.bytes.length <= SHORT_BYTES_MAX) {
    texts.put('"')
    if (texts.putOnly(PLAIN, reply.bytes)) {
      texts.put('"')
      return texts.end()
    }
    texts.undo()
  }
  return reply.kind === 'simple' || reply.kind === 'null'
    ? texts.addName(formatReply(reply))
    : texts.add(formatReply(reply))
}

/** `formatReply` shows so many bytes in full. */
const SHORT_BYTES_MAX = 60
/** By character code: what stands between quotes as it is. */
const PLAIN = Uint8Array.from({ length: 128 }, (_, code) => (/[ !#-[\]-~]/.test(String.fromCharCode(code)) ? 1 : 0))

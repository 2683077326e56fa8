/** The lines that an entry fills in the console. Kept per entry: an entry never changes, it is replaced. */
import { jsonText, rawText, renderReply, type Line, type RenderOptions } from '../../../shared/console/render-reply'
import { textOf } from '../../../shared/bytes'
import type { ReplyTree } from '../../../shared/reply'
import type { Entry } from './entries'

export const replyViews = ['formatted', 'raw', 'json'] as const
export type ReplyView = (typeof replyViews)[number]

/** What the console says in words of the person's language. */
export interface ConsoleWords {
  readonly omitted: (count: number, what: 'items' | 'bytes') => string
  readonly note: (key: string, values: Readonly<Record<string, string | number>>) => string
  readonly lost: (why: string) => string
  readonly silent: string
}

/** A line of megabytes would hold the window up; all of it is there to copy. */
const LINE_MAX = 4000

export class EntryLines {
  private readonly known = new WeakMap<Entry, readonly Line[]>()

  constructor(
    private readonly view: ReplyView,
    private readonly words: ConsoleWords,
  ) {}

  of(entry: Entry): readonly Line[] {
    let lines = this.known.get(entry)
    if (!lines) {
      lines = this.make(entry).map(cutLine)
      this.known.set(entry, lines)
    }
    return lines
  }

  private make(entry: Entry): readonly Line[] {
    switch (entry.kind) {
      case 'message':
        return this.reply(entry.reply)
      case 'note':
        return this.words
          .note(entry.note, entry.values)
          .split('\n')
          .map((text) => [{ kind: entry.tone === 'error' ? 'error' : 'note', text }])
      case 'command': {
        const typed: Line = [
          { kind: 'index', text: entry.prompt },
          { kind: 'plain', text: entry.text },
        ]
        const lines: Line[] = [typed, ...entry.replies.flatMap((reply) => this.reply(reply))]
        if (entry.status === 'lost') lines.push([{ kind: 'error', text: this.words.lost(entry.why) }])
        if (entry.status === 'silent') lines.push([{ kind: 'note', text: this.words.silent }])
        return lines
      }
    }
  }

  private reply(reply: ReplyTree): readonly Line[] {
    const options: RenderOptions = { isReadable: true, omitted: this.words.omitted }
    // An error is an error in every view.
    if (this.view === 'formatted' || reply.kind === 'error') return renderReply(reply, options)
    const text = this.view === 'raw' ? textOf(rawText(reply)) : jsonText(reply)
    return text.split('\n').map((line) => [{ kind: 'plain', text: line }])
  }
}

function cutLine(line: Line): Line {
  let left = LINE_MAX
  if (line.reduce((length, { text }) => length + text.length, 0) <= LINE_MAX) return line
  const cut = line.flatMap((span) => {
    const text = span.text.slice(0, left)
    left -= text.length
    return text === '' ? [] : [{ ...span, text }]
  })
  return [...cut, { kind: 'note', text: ' …' }]
}

/** Which entry and which of its lines stand in a row. `ends` holds, for each entry, the number of rows up to its end. */
export function rowAt(ends: readonly number[], row: number): { readonly entry: number; readonly line: number } {
  let low = 0
  let high = ends.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (ends[middle]! > row) high = middle
    else low = middle + 1
  }
  return { entry: low, line: row - (low === 0 ? 0 : ends[low - 1]!) }
}

import { describe, expect, it } from 'vitest'
import type { ConsoleBatch, ConsoleItem } from '../../../shared/console/console-types'
import { textOfLines } from '../../../shared/console/render-reply'
import { applyBatch, emptyTranscript, promptOf, withEntries, type CommandEntry } from './entries'
import { EntryLines, rowAt, type ConsoleWords } from './entry-lines'

const command = (id: number): CommandEntry => ({
  kind: 'command',
  id,
  prompt: '> ',
  text: `PING ${id}`,
  argv: [],
  replies: [],
  status: 'waiting',
  why: '',
  t: 0,
})
const state = {
  session: 'console',
  address: '10.0.1.1:6379',
  link: 'open' as const,
  db: 0,
  resp: 2 as const,
  inTransaction: false,
  subscriptions: 0,
  isMonitor: false,
  waiting: 0,
}
const batch = (items: readonly ConsoleItem[], dropped = 0): ConsoleBatch => ({
  run: 1,
  state,
  items,
  dropped,
  isGone: false,
})
const words: ConsoleWords = {
  omitted: (count, what) => `${count} ${what} left out`,
  note: (key) => key,
  lost: (why) => `lost: ${why}`,
  silent: 'silent',
}
const textsOf = (lines: EntryLines, transcript: { entries: readonly Parameters<EntryLines['of']>[0][] }) =>
  transcript.entries.map((entry) => textOfLines(lines.of(entry)))

describe('a transcript', () => {
  it('puts replies where their commands stand, and messages at its end', () => {
    const before = withEntries(emptyTranscript, [command(1), command(2)])
    let next = 0
    const after = applyBatch(
      before,
      batch([
        { kind: 'message', t: 5, reply: { kind: 'simple', text: 'line' } },
        { kind: 'reply', command: 2, t: 6, reply: { kind: 'integer', value: 7 }, isLast: true },
        { kind: 'lost', command: 1, t: 7, why: 'interrupted' },
      ]),
      () => -++next,
    )
    expect(textsOf(new EntryLines('formatted', words), after)).toEqual([
      '> PING 1\nlost: interrupted',
      '> PING 2\n(integer) 7',
      'line',
    ])
    expect(after.messages).toBe(1)
  })

  it('is bounded, and counts what it dropped', () => {
    const many = Array.from({ length: 5003 }, (_, index) => command(index + 1))
    const transcript = withEntries(emptyTranscript, many)
    expect(transcript.entries).toHaveLength(5000)
    expect(transcript.dropped).toBe(3)
    expect(applyBatch(transcript, batch([], 10), () => 0).dropped).toBe(13)
  })

  it('is shown as redis-cli has it, raw, or as JSON', () => {
    const reply = {
      kind: 'map',
      items: [
        { kind: 'bulk', bytes: 'k' },
        { kind: 'bulk', bytes: 'Ã¼\n' },
      ],
    } as const
    const shown = { ...command(1), replies: [reply], status: 'done' as const }
    const view = (name: 'formatted' | 'raw' | 'json') => textOfLines(new EntryLines(name, words).of(shown).slice(1))
    expect(view('formatted')).toBe('1# "k" => "ü\\n"')
    expect(view('raw')).toBe('k ü\n')
    expect(JSON.parse(view('json'))).toEqual({ k: 'ü\n' })
    const document = { ...shown, replies: [{ kind: 'bulk', bytes: '{"a":[1]}' } as const] }
    expect(textOfLines(new EntryLines('json', words).of(document).slice(1))).toBe('{\n  "a": [\n    1\n  ]\n}')
  })

  it('says what a reply too large left out', () => {
    const reply = { kind: 'array', items: [{ kind: 'integer', value: 1 }], omitted: 999 } as const
    expect(textOfLines(new EntryLines('formatted', words).of({ ...command(1), replies: [reply] }))).toContain(
      '999 items left out',
    )
  })
})

describe('rows', () => {
  it('are found by their number', () => {
    const ends = [2, 3, 7]
    expect([0, 1, 2, 3, 6].map((row) => rowAt(ends, row))).toEqual([
      { entry: 0, line: 0 },
      { entry: 0, line: 1 },
      { entry: 1, line: 0 },
      { entry: 2, line: 0 },
      { entry: 2, line: 3 },
    ])
  })
})

describe('the prompt', () => {
  it("is redis-cli's", () => {
    expect(promptOf(state)).toBe('10.0.1.1:6379> ')
    expect(promptOf({ ...state, db: 3, inTransaction: true })).toBe('10.0.1.1:6379[3](TX)> ')
  })
})

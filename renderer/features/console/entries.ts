/** What a console shows: commands with their replies, what came unasked, and the console's own notes. Pure. */
import type { ConsoleBatch, ConsoleItem, ConsoleState } from '../../../shared/console/console-types'
import type { Bytes } from '../../../shared/bytes'
import type { ReplyTree } from '../../../shared/reply'

export interface CommandEntry {
  readonly kind: 'command'
  readonly id: number
  readonly prompt: string
  /** As it may be shown: without passwords. */
  readonly text: string
  /** What was sent, passwords left out, for copying. */
  readonly argv: readonly Bytes[]
  readonly replies: readonly ReplyTree[]
  readonly status: 'waiting' | 'done' | 'silent' | 'lost'
  /** Why it was lost. */
  readonly why: string
  /** When its last reply came, in the run's time. */
  readonly t: number
}

export interface MessageEntry {
  readonly kind: 'message'
  readonly id: number
  readonly t: number
  readonly reply: ReplyTree
}

/** `key` is a message of the locales; `text` stands for itself. */
export interface NoteEntry {
  readonly kind: 'note'
  readonly id: number
  readonly tone: 'plain' | 'error'
  readonly note: string
  readonly values: Readonly<Record<string, string | number>>
}

export type Entry = CommandEntry | MessageEntry | NoteEntry

export interface Transcript {
  readonly entries: readonly Entry[]
  /** Entries that were dropped to keep the rest readable. */
  readonly dropped: number
  /** Messages that came unasked so far. */
  readonly messages: number
}

export const emptyTranscript: Transcript = { entries: [], dropped: 0, messages: 0 }

const ENTRIES_MAX = 5000

export function withEntries(transcript: Transcript, added: readonly Entry[]): Transcript {
  const entries = [...transcript.entries, ...added]
  const excess = Math.max(0, entries.length - ENTRIES_MAX)
  const messages = transcript.messages + added.filter(({ kind }) => kind === 'message').length
  // A command that still waits is dropped like the rest: its reply would have nowhere to go on screen anyway.
  return { entries: entries.slice(excess), dropped: transcript.dropped + excess, messages }
}

/** The transcript after what a session told. `nextId` numbers what came unasked. */
export function applyBatch(transcript: Transcript, batch: ConsoleBatch, nextId: () => number): Transcript {
  const changed = new Map<number, CommandEntry>()
  const waiting = new Map<number, CommandEntry>()
  for (const entry of transcript.entries) {
    if (entry.kind === 'command' && entry.status === 'waiting') waiting.set(entry.id, entry)
  }
  const added: Entry[] = []
  for (const item of batch.items) {
    const entry = 'command' in item ? (changed.get(item.command) ?? waiting.get(item.command)) : undefined
    if (entry) changed.set(entry.id, answered(entry, item))
    else if (item.kind === 'message') added.push({ kind: 'message', id: nextId(), t: item.t, reply: item.reply })
    else if (item.kind === 'closed' && item.why !== 'run ended') {
      const note = `console.closed.${item.why.replace(' ', '-')}`
      added.push({ kind: 'note', id: nextId(), tone: 'plain', note, values: { address: batch.state.address } })
    }
  }
  const entries =
    changed.size === 0
      ? transcript.entries
      : transcript.entries.map((entry) => (entry.kind === 'command' ? (changed.get(entry.id) ?? entry) : entry))
  const { dropped, messages } = transcript
  return withEntries({ entries, dropped: dropped + batch.dropped, messages: messages + batch.dropped }, added)
}

function answered(entry: CommandEntry, item: ConsoleItem): CommandEntry {
  switch (item.kind) {
    case 'reply': {
      const replies = [...entry.replies, item.reply]
      return { ...entry, replies, t: item.t, status: item.isLast ? 'done' : 'waiting' }
    }
    case 'silent':
      return { ...entry, t: item.t, status: 'silent' }
    case 'lost':
      return { ...entry, t: item.t, status: 'lost', why: item.why }
    default:
      return entry
  }
}

/** `10.0.1.1:6379[2](TX)> `, as redis-cli has it. */
export function promptOf({
  address,
  db,
  inTransaction,
}: Pick<ConsoleState, 'address' | 'db' | 'inTransaction'>): string {
  const number = db === 0 ? '' : `[${db}]`
  return `${address}${number}${inTransaction ? '(TX)' : ''}> `
}

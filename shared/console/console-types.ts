/** What a console session tells the window, unasked: replies, messages, and how its connection stands. */
import type { ReplyTree } from '../reply'

export type ConsoleItem =
  /** A reply to a command that the window numbered. Commands of pub/sub get several; `isLast` ends the wait. */
  | {
      readonly kind: 'reply'
      readonly command: number
      readonly t: number
      readonly reply: ReplyTree
      readonly isLast: boolean
    }
  /** The command gets no reply: CLIENT REPLY OFF or SKIP. */
  | { readonly kind: 'silent'; readonly command: number; readonly t: number }
  /** The connection closed before the reply came. */
  | { readonly kind: 'lost'; readonly command: number; readonly t: number; readonly why: ConnectionEnd }
  /** Sent unasked: a message of pub/sub, a line of MONITOR, an invalidation. */
  | { readonly kind: 'message'; readonly t: number; readonly reply: ReplyTree }
  | { readonly kind: 'opened'; readonly t: number; readonly address: string }
  | { readonly kind: 'closed'; readonly t: number; readonly why: ConnectionEnd }

/** `interrupted`: by the person, to get out of a command that waits or streams. */
export type ConnectionEnd = 'interrupted' | 'server closed' | 'refused' | 'protocol error' | 'run ended'

/** What redis-cli keeps of its connection to draw its prompt. */
export interface ConsoleState {
  readonly session: string
  readonly address: string
  readonly link: 'none' | 'connecting' | 'open' | 'closed'
  readonly db: number
  readonly resp: 2 | 3
  readonly inTransaction: boolean
  readonly subscriptions: number
  readonly isMonitor: boolean
  /** Commands that have no reply yet. */
  readonly waiting: number
}

/** What came of one session since the last batch, in order. */
export interface ConsoleBatch {
  readonly run: number
  readonly state: ConsoleState
  readonly items: readonly ConsoleItem[]
  /** Messages left out in front of `items`: more came in a frame than anybody could read. */
  readonly dropped: number
  /** The session is over. */
  readonly isGone: boolean
}

/** An argument of a command as COMMAND DOCS describes it. */
export interface ArgumentDoc {
  readonly name: string
  readonly type: string
  readonly token?: string
  readonly summary?: string
  readonly since?: string
  readonly flags?: readonly string[]
  readonly arguments?: readonly ArgumentDoc[]
}

/** A command as the console explains and completes it. */
export interface CommandDoc {
  /** In capitals; a container's sub-command with a blank: `CLIENT KILL`. */
  readonly name: string
  readonly summary: string
  readonly since: string
  readonly group: string
  readonly complexity: string
  readonly arguments: readonly ArgumentDoc[]
  readonly arity: number
  readonly flags: readonly string[]
  readonly acl: readonly string[]
  readonly history: readonly (readonly [version: string, change: string])[]
  readonly deprecatedSince?: string
  readonly replacedBy?: string
  /** A container has no use without a sub-command. */
  readonly isContainer: boolean
}

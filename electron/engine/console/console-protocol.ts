/**
 * What a client knows of its own connection from what it sent and what came back, as redis-cli does: which reply is
 * whose, the database, the protocol, whether a transaction is open. RESP numbers nothing, so replies belong to commands
 * in their order, and what comes unasked has to be told apart by its look.
 */
import type { Bytes } from '../../../shared/bytes'
import { bytesOfReply, type ReplyTree } from '../../../shared/reply'

export interface Sent {
  /** The window's number of the command; 0 for one that the console sends by itself. */
  readonly command: number
  readonly argv: readonly Bytes[]
}

export type Received =
  { readonly kind: 'message' } | { readonly kind: 'reply'; readonly to: Sent; readonly isLast: boolean }

interface Pending extends Sent {
  readonly words: readonly string[]
  /** Confirmations still to come, once the first has been seen. */
  left: number
}

type SubscriptionKind = '' | 'p' | 's'

const SUBSCRIBING = /^([ps]?)(un)?subscribe$/
/** `1700000000.123456 [0 10.0.1.2:49153] "ping"` */
const MONITOR_LINE = /^\d+\.\d{6} \[/
const MESSAGE_LENGTHS: Readonly<Record<string, number>> = { message: 3, smessage: 3, pmessage: 4 }

export class ConsoleProtocol {
  db = 0
  resp: 2 | 3 = 2
  inTransaction = false
  isMonitor = false
  private dbBefore = 0
  private readonly subscribed: Record<SubscriptionKind, Set<string>> = { '': new Set(), p: new Set(), s: new Set() }
  private readonly pending: Pending[] = []
  private replies: 'on' | 'off' | 'skip' = 'on'

  get waiting(): number {
    return this.pending.length
  }

  get subscriptions(): number {
    const { subscribed } = this
    return subscribed[''].size + subscribed.p.size + subscribed.s.size
  }

  /** Says whether a reply will come. */
  send(sent: Sent): boolean {
    const words = sent.argv.slice(0, 3).map((word) => word.toLowerCase())
    if (this.isSilenced(words)) return false
    this.pending.push({ ...sent, words, left: -1 })
    return true
  }

  receive(reply: ReplyTree): Received {
    if (this.isUnasked(reply)) return { kind: 'message' }
    const head = this.pending[0]
    if (!head) return { kind: 'message' }
    if (this.takeConfirmation(head, reply)) {
      if (head.left > 0) return { kind: 'reply', to: head, isLast: false }
    } else {
      this.learn(head, reply)
    }
    this.pending.shift()
    return { kind: 'reply', to: head, isLast: true }
  }

  /** The connection is gone: gives the commands that will have no reply. */
  end(): readonly Sent[] {
    this.forgetSubscriptions()
    this.isMonitor = false
    this.inTransaction = false
    this.replies = 'on'
    return this.pending.splice(0)
  }

  private isSilenced(words: readonly string[]): boolean {
    const mode = words[0] === 'client' && words[1] === 'reply' ? words[2] : undefined
    const before = this.replies
    if (mode === 'on') this.replies = 'on'
    else if (mode === 'off') this.replies = 'off'
    else if (mode === 'skip' && before === 'on') this.replies = 'skip'
    else if (before === 'skip') this.replies = 'on'
    return mode === 'off' || mode === 'skip' || (mode !== 'on' && before !== 'on')
  }

  private isUnasked(reply: ReplyTree): boolean {
    if (reply.kind === 'simple') return this.isMonitor && MONITOR_LINE.test(reply.text)
    if (reply.kind !== 'push' && reply.kind !== 'array') return false
    const type = bytesOfReply(reply.items[0]) ?? ''
    // Confirmations are pushes too, in RESP3.
    if (reply.kind === 'push') return !SUBSCRIBING.test(type) || this.pending[0]?.words[0] !== type
    return this.resp === 2 && this.subscriptions > 0 && MESSAGE_LENGTHS[type] === reply.items.length
  }

  /** Counts a confirmation of SUBSCRIBE and its siblings; other replies are none. */
  private takeConfirmation(head: Pending, reply: ReplyTree): boolean {
    const found = SUBSCRIBING.exec(head.words[0]!)
    if (!found || (reply.kind !== 'push' && reply.kind !== 'array')) return false
    const names = this.subscribed[found[1] as SubscriptionKind]
    if (head.left === -1) {
      // UNSUBSCRIBE alone is answered for every channel, and once where there is none.
      head.left = head.argv.length > 1 ? head.argv.length - 1 : Math.max(1, names.size)
    }
    head.left--
    this.noteSubscription(reply.items)
    return true
  }

  private noteSubscription(items: readonly ReplyTree[]): void {
    const found = SUBSCRIBING.exec(bytesOfReply(items[0]) ?? '')
    const name = bytesOfReply(items[1])
    if (!found || name === undefined) return
    const names = this.subscribed[found[1] as SubscriptionKind]
    if (found[2]) names.delete(name)
    else names.add(name)
  }

  private learn({ words, argv }: Pending, reply: ReplyTree): void {
    const [name] = words
    const failed = reply.kind === 'error'
    if (name === 'exec' && !failed && 'items' in reply) {
      for (const item of reply.items) if ('items' in item) this.noteSubscription(item.items)
    }
    if (name === 'exec' || name === 'discard') {
      if (!this.inTransaction) return
      // redis-cli takes a SELECT inside as done while it is queued.
      if (name === 'discard' ? !failed : failed || reply.kind === 'null' || reply.kind === 'null-array') {
        this.db = this.dbBefore
      }
      // Refused for its arguments, EXEC leaves the transaction open.
      if (!failed || reply.text.startsWith('EXECABORT')) this.inTransaction = false
      return
    }
    if (failed) return
    if (name === 'select') this.db = Number(argv[1])
    else if (name === 'multi') this.enterTransaction()
    else if (name === 'hello' && argv.length > 1) this.resp = argv[1] === '3' ? 3 : 2
    else if (name === 'monitor' && !this.inTransaction) this.isMonitor = true
    else if (name === 'reset') this.reset()
  }

  private enterTransaction(): void {
    this.inTransaction = true
    this.dbBefore = this.db
  }

  private reset(): void {
    this.db = 0
    this.resp = 2
    this.inTransaction = false
    this.isMonitor = false
    this.replies = 'on'
    this.forgetSubscriptions()
  }

  private forgetSubscriptions(): void {
    for (const names of Object.values(this.subscribed)) names.clear()
  }
}

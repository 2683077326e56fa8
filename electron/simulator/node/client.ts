import type { Bytes } from '../../../shared/bytes'
import type { User } from '../acl/user'
import type { Database } from '../keyspace/database'
import type { ClientHandle, ClientTransport, Mark } from '../ports'
import type { Subscriber } from '../pubsub/pubsub'
import { encode, type RespVersion } from '../resp/encode'
import { array, noReply, pairedMap, type Reply } from '../resp/reply'
import { RequestDecoder, STRING_LENGTH_MAX } from '../resp/request-decoder'
import type { Blocked } from './blocking'
import { UNCOUNTED_BYTES } from './buffer-limits'
import type { Command } from './command'
import type { RedisNode } from './redis-node'
import type { Tracking } from './tracking'
import type { Replica } from '../replication/replica'

export interface QueuedCommand {
  readonly command: Command
  readonly argv: readonly Bytes[]
}

/** A MULTI that was not executed yet. */
export interface Transaction {
  readonly queue: QueuedCommand[]
  /** A command was refused while it was being queued, so EXEC will refuse too. */
  isAborted: boolean
}

/** A command that is to run later: the client was paused, and reads nothing until then. */
export interface Postponed {
  readonly argv: Bytes[]
  readonly tag: number
}

/** What a client says of itself by REPLCONF before it becomes a replica. */
export interface Announced {
  readonly host: string
  readonly port: number
  /** It can take a picture whose length is not known beforehand. */
  readonly takesMark: boolean
  /** It knows that histories have two names. */
  readonly knowsSecondId: boolean
}

/** A socket as the node sees it: what it said, what it may do, and what it is to be sent. */
export class Client implements ClientHandle, Subscriber {
  readonly decoder = new RequestDecoder()
  resp: RespVersion = 2
  name: Bytes = '' as Bytes
  user: User
  isAuthenticated = false
  db: Database
  readonly createdMs: number
  lastActiveMs: number
  lastCommand: Command | undefined
  readonly channels = new Set<Bytes>()
  readonly patterns = new Set<Bytes>()
  readonly shardChannels = new Set<Bytes>()
  transaction: Transaction | undefined
  /** One of the watched keys was changed since WATCH. */
  isDirty = false
  /** EXEC is running its commands. */
  isExecuting = false
  /** How many commands EXEC runs, or -1. */
  executingCount = -1
  isMonitor = false
  /** Its next command may be about a slot that is being imported: ASKING. */
  isAsking = false
  /** It takes a replica's view of the data: READONLY. */
  readsFromReplica = false
  /** The slot of the keys of the command that it runs, in a cluster. */
  slot: number | undefined
  /** Commands of a script run in its name. */
  readonly isScript: boolean = false
  /** Whether a reply may be written in parts; where it is only returned there is nobody to take them. */
  readonly takesParts: boolean = true
  /** Arguments of the command being executed that MONITOR must not show. */
  secrets: readonly number[] = NO_SECRETS
  isExemptFromEviction = false
  announced: Announced = NOT_ANNOUNCED
  /** Set once it follows this node as a replica. */
  replica: Replica | undefined
  /** Whether it is this replica's primary, whose word is not doubted. */
  readonly isPrimary: boolean = false
  /** Where the replication stream stood after its last command: WAIT asks. */
  writtenOffset = 0
  replyMode: 'on' | 'off' | 'skip' | 'skip-next' = 'on'
  /** Set while nothing may be read: a blocking command waits. */
  block: Blocked | undefined
  postponed: Postponed | undefined
  /** Its MIGRATE waits for the other node. */
  isMigrating = false
  /** Its script was interrupted and goes on later. */
  isInScript = false
  tracking: Tracking | undefined
  /** Closes once its replies are out; reads nothing more. */
  isClosing = false
  /** Closes once the command that it runs has its reply. */
  isCondemned = false
  isClosed = false
  /** Is closed at once, and what waits for it is lost. */
  private isCutOff = false
  /** Since when more waits for it than its soft limit allows. */
  overSoftSinceSeconds: number | undefined
  closeReason = 'client closed'
  private answered: Reply | undefined
  private out = ''
  private marks: Mark[] = []
  private tags: number[] = []

  constructor(
    private readonly node: RedisNode,
    readonly id: number,
    readonly transport: ClientTransport,
  ) {
    this.db = node.keyspace.databases[0]!
    this.user = node.acl.defaultUser
    this.createdMs = node.nowMs
    this.lastActiveMs = node.nowMs
  }

  receive(chunk: Uint8Array, tags?: readonly number[]): void {
    if (this.isClosed || this.isClosing) return
    // Whoever brings the chunk uses it anew before the node comes to it.
    const bytes = this.node.isStalled ? Uint8Array.from(chunk) : chunk
    this.node.turn(() => {
      const { stats } = this.node
      stats.readsProcessed++
      stats.netInputBytes += bytes.length
      stats.inputRate.add(this.node.turnUs, bytes.length)
      this.lastActiveMs = this.node.nowMs
      if (tags) this.tags.push(...tags)
      this.decoder.push(bytes)
      if (this.decoder.pendingLength > this.node.bufferLimits.queryBytesMax) this.cutOff('query buffer limit')
      this.readCommands()
      this.decoder.keep()
    })
  }

  /** Runs what has come in, until a command is cut off or makes the client wait. */
  readCommands(): void {
    const { decoder } = this
    while (!this.isClosing && !this.isClosed && !this.isWaiting && this.postponed === undefined) {
      if (this.node.isFrozen) return
      const argv = decoder.next()
      if (argv === undefined) break
      this.node.execute(this, argv, this.tags.length > 0 ? this.tags.shift()! : 0)
    }
    if (decoder.error !== undefined && !this.isClosing) {
      this.node.refuse(this, decoder.error)
      this.closeAfterReply('protocol error')
    }
  }

  /** Goes on after a pause: first with the command that had to wait. */
  resume(): void {
    const { postponed } = this
    if (!postponed) return
    this.postponed = undefined
    this.node.executeObserved(this, postponed.argv, postponed.tag)
    this.readCommands()
  }

  closed(): void {
    this.node.turn(() => this.node.release(this, this.closeReason))
  }

  /** The command that it runs has no reply yet. */
  get isWaiting(): boolean {
    return this.block !== undefined || this.isInScript || this.isMigrating
  }

  get isSubscriber(): boolean {
    return this.channels.size + this.patterns.size + this.shardChannels.size > 0
  }

  get subscriptionCount(): number {
    return this.channels.size + this.patterns.size
  }

  /** Adds a command's reply to the output. */
  reply(reply: Reply, tag: number): void {
    if (reply.kind === 'none') return
    this.write(reply)
    this.mark(reply, tag)
  }

  /** Adds the bytes of a reply, or of a part of one. */
  write(reply: Reply): void {
    // Confirmations of pub/sub are pushes, and pushes go out even when replies are turned off.
    if (this.isSilent && reply.kind !== 'many') return
    const bytes = encodeWithin(reply, this.resp)
    if (bytes === undefined) this.cutOff('output buffer limit')
    else this.append(bytes)
  }

  /** Notes that a command's reply is complete. */
  mark(reply: Reply, tag: number): void {
    if (this.node.observer && !(this.isSilent && reply.kind !== 'many')) this.marks.push({ kind: 'reply', tag, reply })
  }

  /**
   * Answers before the handler is done. Redis does so where it replies first and notifies then, and a client that
   * listens to its own keyspace events sees the difference. The handler returns what this gives.
   */
  answerNow(reply: Reply): Reply {
    this.write(reply)
    this.answered = reply
    return noReply
  }

  /** Begins an array whose items are written one by one. */
  writeArrayLength(length: number | bigint): void {
    if (!this.isSilent) this.append(`*${length}\r\n`)
  }

  /**
   * Writes one pair of a map whose first half came before `position`'s output: what the client hears of itself while
   * the second half is made stands between the two. XREADGROUP tells of a new consumer so.
   */
  writePairAround(position: number, first: Reply, second: Reply): void {
    if (this.isSilent) return
    this.insert(position, (this.resp === 2 ? '*2\r\n' : '') + encode(first, this.resp))
    this.write(second)
  }

  /** Puts the head of the map in front of its pairs, which begin at `position`. The handler returns what this gives. */
  beginPairs(position: number, items: readonly Reply[]): Reply {
    if (!this.isSilent) this.insert(position, `${this.resp === 2 ? '*' : '%'}${items.length / 2}\r\n`)
    this.answered = pairedMap(items)
    return noReply
  }

  private insert(position: number, bytes: string): void {
    const behind = this.out.slice(position)
    this.out = this.out.slice(0, position)
    this.append(bytes + behind)
  }

  /**
   * Answers with an array whose items are made one by one. A client that listens to the keys it misses hears of each
   * where its item stands. The handler returns what this gives.
   */
  answerEach<T>(list: readonly T[], make: (one: T) => Reply): Reply {
    if (!this.isSubscriber) return array(list.map(make))
    this.writeArrayLength(list.length)
    const items = list.map((one) => {
      const item = make(one)
      this.write(item)
      return item
    })
    this.answered = array(items)
    return noReply
  }

  /** Tells the whole of what a handler wrote piece by piece. */
  noteAnswer(reply: Reply): void {
    this.answered = reply
  }

  /** Takes what a handler answered by `answerNow`, if it did. */
  takeAnswer(): Reply | undefined {
    const { answered } = this
    this.answered = undefined
    return answered
  }

  /** A command is over, and with it what CLIENT REPLY SKIP says of it. */
  endCommand(): void {
    if (this.replyMode === 'skip') this.replyMode = 'on'
    else if (this.replyMode === 'skip-next') this.replyMode = 'skip'
  }

  get isSilent(): boolean {
    return this.replyMode === 'off' || this.replyMode === 'skip'
  }

  /** Adds a message of pub/sub. */
  deliver(frame: string, message: number): void {
    if (this.isClosed || this.isClosing) return
    this.append(frame)
    if (this.node.observer) this.marks.push({ kind: 'message', message })
  }

  /** Adds bytes that no command asked for, a line of MONITOR. */
  append(bytes: string): void {
    if (this.isClosed || this.isClosing) return
    if (this.out.length + bytes.length > OUTPUT_LENGTH_MAX) {
      this.cutOff('output buffer limit')
      return
    }
    if (this.out === '') this.node.dirtyClients.push(this)
    this.out += bytes
    if (this.out.length > UNCOUNTED_BYTES) this.node.bufferLimits.check(this)
  }

  closeAfterReply(why: string): void {
    this.isClosing = true
    this.closeReason = why
    if (this.out === '') this.node.dirtyClients.push(this)
  }

  /** Closes without a word: this client costs too much. */
  cutOff(why: string): void {
    this.closeAfterReply(why)
    this.isCutOff = true
    this.out = ''
  }

  get outputLength(): number {
    return this.out.length
  }

  /** Bytes that wait until the other side takes them. */
  get waitingLength(): number {
    return this.out.length + this.transport.unsentLength
  }

  /** Sends what has gathered. Called once a turn. */
  flush(): void {
    if (this.isClosed) return
    const { out, marks } = this
    if (out !== '') {
      this.out = ''
      if (marks.length > 0) this.marks = []
      const { stats } = this.node
      stats.writesProcessed++
      stats.netOutputBytes += out.length
      this.transport.write(out, marks.length > 0 ? marks : NO_MARKS)
      if (this.transport.unsentLength > UNCOUNTED_BYTES) this.node.bufferLimits.check(this)
    }
    if (this.isCutOff) {
      this.node.kill(this, this.closeReason)
    } else if (this.isClosing) {
      this.node.release(this, this.closeReason)
      this.transport.end()
    }
  }
}

/** Replies gather in one text, which cannot be longer whatever `client-output-buffer-limit` allows. */
const OUTPUT_LENGTH_MAX = STRING_LENGTH_MAX + 1024

/** The bytes of a reply, or undefined when they are more than fit a text. */
function encodeWithin(reply: Reply, resp: RespVersion): string | undefined {
  try {
    return encode(reply, resp)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const NOT_ANNOUNCED: Announced = { host: '', port: 0, takesMark: false, knowsSecondId: false }
const NO_SECRETS: readonly number[] = []
const NO_MARKS: readonly Mark[] = []

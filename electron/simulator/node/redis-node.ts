import type { Bytes } from '../../../shared/bytes'
import type { EventyardError } from '../../../shared/errors'
import { Acl } from '../acl/acl'
import { Cluster } from '../cluster/cluster'
import { Config } from '../config/config'
import { ConfigFile, initialText, loadUsers } from '../config/config-file'
import { emptyDatabases, type Database } from '../keyspace/database'
import type { ValueType } from '../keyspace/value'
import { Keyspace, type KeyspaceHost } from '../keyspace/keyspace'
import { parseEventFlags } from '../keyspace/notify'
import { WatchTable } from '../keyspace/watch-table'
import { Eviction } from '../memory/eviction'
import { Frequency } from '../memory/frequency'
import { Memory } from '../memory/memory'
import { SimulatedDisk } from '../disk/simulated-disk'
import { Aof } from '../persistence/aof'
import { Rdb } from '../persistence/rdb'
import type { ClientHandle, ClientTransport, Clock, Disk, NodeNetwork, NodeObserver, Random } from '../ports'
import { leave, PubSub } from '../pubsub/pubsub'
import { encode } from '../resp/encode'
import { error, type Reply } from '../resp/reply'
import { Replication } from '../replication/replication'
import { Scripting, type LuaModule } from '../scripting/scripting'
import { Sentinel } from '../sentinel/sentinel'
import { Blocking } from './blocking'
import { BufferLimits } from './buffer-limits'
import { Client } from './client'
import type { Command } from './command'
import { CommandTable } from './command-table'
import { Cron } from './cron'
import { discardTransaction, dispatch } from './dispatch'
import { Effects } from './effects'
import { aofUnwritable, errors } from './errors'
import { Limits } from './limits'
import { MigrationTargets } from '../migration/migration-targets'
import { Pause } from './pause'
import { withoutSecrets } from '../../../shared/secrets'
import { STRING_LENGTH_MAX } from '../resp/request-decoder'
import { Slowlog } from './slowlog'
import { Stats } from './stats'
import { TrackingTable } from './tracking'

export interface RedisNodeOptions {
  /** What the world calls it. */
  readonly name: string
  readonly host: string
  readonly port: number
  readonly clock: Clock
  readonly random: Random
  readonly observer?: NodeObserver
  /** Its ways to other nodes; without them, none can be reached. */
  readonly network?: NodeNetwork
  /** Where its files are; a simulated disk of its own unless given. */
  readonly disk?: Disk
  /** It had to end by itself, and why. */
  readonly died?: (why: EventyardError) => void
  /** Its process is over, however that came. */
  readonly ended?: () => void
  /** Parameters as redis.conf has them, beyond the defaults. */
  readonly config?: Readonly<Record<string, string>>
  /**
   * The name of its configuration file, if it is started with one. Where the disk has it, what it says counts instead of
   * `config` and `sentinel`; else they are written there first. CONFIG REWRITE needs one.
   */
  readonly configFile?: string
  /**
   * Starts it in Sentinel mode, with lines of sentinel.conf: `monitor mymaster 127.0.0.1 7001 2`. It has a file then,
   * sentinel.conf unless it is given another name.
   */
  readonly sentinel?: readonly string[]
  /** The interpreter of scripts; without it, EVAL fails. */
  readonly lua?: LuaModule
}

/** One simulated Redis 7.0.15. It lives from its construction to `shutdown`. */
export class RedisNode implements KeyspaceHost {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly clock: Clock
  readonly random: Random
  readonly observer: NodeObserver | undefined
  readonly disk: Disk
  readonly network: NodeNetwork | undefined
  readonly aof: Aof
  readonly rdb: Rdb
  readonly config: Config
  readonly configFile: ConfigFile | undefined
  readonly limits: Limits
  readonly bufferLimits: BufferLimits
  readonly memory = new Memory(this)
  readonly frequency: Frequency
  readonly eviction: Eviction
  readonly acl: Acl
  readonly keyspace: Keyspace
  readonly pubsub: PubSub
  readonly commands: CommandTable
  stats = new Stats()
  readonly cron: Cron
  readonly pause: Pause
  readonly tracking: TrackingTable
  readonly blocking: Blocking
  readonly effects = new Effects()
  /** Only where `cluster-enabled` is on. */
  readonly cluster: Cluster | undefined
  readonly migrationTargets = new MigrationTargets(this)
  /** Only in Sentinel mode. */
  readonly sentinel: Sentinel | undefined
  readonly slowlog: Slowlog
  readonly scripting: Scripting
  readonly runId: string
  readonly replication: Replication
  readonly startedUs: number
  readonly startedAtSeconds: number
  /** A script runs and nothing else, not even a look at what clients say. */
  isFrozen = false
  peakMemory = 0
  /** Keys changed since the node started. */
  changes = 0
  readonly watches = new WatchTable((db, key) => {
    const entry = db.peek(key)
    return entry !== undefined && this.keyspace.isExpired(entry)
  })
  readonly monitors = new Set<Client>()
  readonly dirtyClients: Client[] = []
  nowMs: number
  nowSeconds: number
  /** The monotonic clock as this turn began. */
  turnUs = 0
  cause = 0
  eventFlags = 0
  /** After so long a silence clients are cut off, unless 0: `timeout`. */
  clientTimeoutSeconds = 0
  /** The longest string: `proto-max-bulk-len`. */
  bulkLengthMax = 0
  private takesTimes = true
  /** The client whose command is being executed. */
  current: Client | undefined
  private readonly clientsById = new Map<number, Client>()
  private lastClientId = 0
  /** The AOF is being replayed: nothing expires, and its words are not doubted. */
  isLoading = false
  /** Whether there was too little memory when the last command came: scripts ask. */
  isOutOfMemory = false
  private isInTurn = false
  private isDown = false
  private readonly died: RedisNodeOptions['died']
  private readonly ended: RedisNodeOptions['ended']
  /** What is to be done once the disk is done. */
  private stalled: (() => void)[] | undefined

  constructor(options: RedisNodeOptions) {
    this.name = options.name
    this.host = options.host
    this.port = options.port
    this.clock = options.clock
    this.random = options.random
    this.observer = options.observer
    this.disk = options.disk ?? new SimulatedDisk({ clock: this.clock })
    this.network = options.network
    this.died = options.died
    this.ended = options.ended
    this.startedUs = this.clock.nowUs()
    this.nowMs = Math.floor(this.clock.unixUs() / 1000)
    this.nowSeconds = Math.floor(this.nowMs / 1000)
    this.startedAtSeconds = this.nowSeconds
    this.configFile = openConfigFile(options, this.disk)
    const given = this.configFile?.read() ?? { parameters: options.config ?? {}, users: [], sentinel: [] }
    this.config = new Config({ ...defaultsOf(options), ...given.parameters })
    this.commands = new CommandTable(options.sentinel ? 'sentinel' : 'node')
    this.limits = new Limits(this.config)
    this.bufferLimits = new BufferLimits(this, this.config)
    this.frequency = new Frequency(this.random, this.config)
    this.acl = new Acl(this)
    this.runId = this.random.hex(40)
    this.replication = new Replication(this)
    this.keyspace = new Keyspace(this, emptyDatabases(this.config.number('databases')))
    this.pubsub = new PubSub(this.observer)
    this.pause = new Pause(this)
    this.tracking = new TrackingTable(this)
    this.blocking = new Blocking(this, this.keyspace.databases)
    this.slowlog = new Slowlog(this)
    this.eviction = new Eviction(this)
    this.scripting = new Scripting(this, options.lua)
    this.cron = new Cron(this)
    this.config.follow('proto-max-bulk-len', (text) => {
      this.bulkLengthMax = Math.min(Number(text), STRING_LENGTH_MAX)
      for (const client of this.clientsById.values()) client.decoder.bulkLengthMax = this.bulkLengthMax
    })
    this.config.follow('latency-tracking', (text) => (this.takesTimes = text === 'yes'))
    this.config.follow('hz', () => this.cron.restart())
    this.config.follow('maxmemory', (text) => {
      this.memory.limit(Number(text))
      this.isOutOfMemory = !this.eviction.makeRoom()
    })
    this.config.follow('timeout', (text) => {
      this.clientTimeoutSeconds = Number(text)
      this.cron.wake()
    })
    this.config.follow('notify-keyspace-events', (text) => (this.eventFlags = parseEventFlags(text) ?? 0))
    if (this.config.isOn('cluster-enabled')) this.cluster = new Cluster(this)
    this.aof = new Aof(this)
    this.rdb = new Rdb(this, given.parameters['save'] !== undefined)
    loadUsers(this, given.users)
    if (options.sentinel) this.sentinel = new Sentinel(this)
    else if (this.config.isOn('appendonly')) this.aof.open()
    else this.replication.loadSnapshot()
    this.replication.start()
    this.config.apply('appendonly', (text) => {
      if (text === 'no') this.aof.turnOff()
      else if (!this.aof.turnOn()) return 'Unable to turn on AOF. Check server logs.'
      return undefined
    })
    this.cluster?.start()
    this.turn(() => this.sentinel?.start(given.sentinel))
  }

  /** A replica finds what its primary says to be true, whatever its own clock says. */
  get trustsPrimary(): boolean {
    return this.current?.isPrimary === true
  }

  nextClientId(): number {
    return ++this.lastClientId
  }

  /** A client that nobody connected: the primary, whom this node has connected to. */
  adoptClient(client: Client): void {
    this.clientsById.set(client.id, client)
  }

  get clients(): ReadonlyMap<number, Client> {
    return this.clientsById
  }

  connect(transport: ClientTransport): ClientHandle {
    if (this.isDown) throw new Error(`node ${this.name} is down`)
    if (!this.isInTurn) this.readClock()
    const client = new Client(this, this.nextClientId(), transport)
    this.acl.greet(client)
    client.decoder.bulkLengthMax = this.bulkLengthMax
    this.observer?.clientConnected(client.id, transport.remoteAddress)
    this.clientsById.set(client.id, client)
    if (this.clientTimeoutSeconds > 0) this.cron.wake()
    if (this.clientsById.size > this.config.number('maxclients')) {
      this.stats.connectionsRejected++
      this.turn(() => {
        client.append(encode(errors.maxClients, 2))
        client.closeAfterReply('max number of clients reached')
      })
    } else {
      this.stats.connectionsReceived++
    }
    return client
  }

  /** Does something as one step: time stands still, and everybody's output goes out at its end. */
  turn(run: () => void): void {
    if (this.isInTurn) {
      run()
      return
    }
    if (this.isDown) return
    if (this.stalled) {
      this.stalled.push(run)
      return
    }
    this.isInTurn = true
    try {
      this.readClock()
      const before = this.stats.commandsProcessed
      run()
      // What belongs to the end of a turn comes when the node goes on.
      if (this.stalled) return
      if (this.pause.isOn) this.pause.endIfDue()
      this.cluster?.beforeSleep()
      this.blocking.settle()
      const { stats } = this
      if (stats.commandsProcessed > before) stats.commandRate.add(this.turnUs, stats.commandsProcessed - before)
      this.tracking.broadcast()
      this.replication.replicas.flush()
      if (this.rdb.hasPoints) this.rdb.look()
      if (this.aof.isOn && !this.aof.flush()) this.stalled = []
      else this.sendReplies()
    } finally {
      this.isInTurn = false
    }
  }

  /** The disk is done: replies go out, and what came meanwhile has its turn. */
  resume(): void {
    const { stalled } = this
    if (!stalled || this.isDown) return
    this.stalled = undefined
    this.sendReplies()
    for (const run of stalled) this.turn(run)
  }

  /** Nothing is done any more until `goOn`, and nobody is listened to: MIGRATE waits for another node. */
  standStill(): void {
    this.isFrozen = true
    this.stalled ??= []
  }

  /** Goes on after `standStill`: first with what it was for, then with whatever has come meanwhile. */
  goOn(first: () => void): void {
    if (this.isDown) return
    const waiting = this.stalled ?? []
    this.stalled = undefined
    this.isFrozen = false
    this.turn(() => {
      first()
      for (const client of [...this.clientsById.values()]) client.readCommands()
    })
    for (const run of waiting) this.turn(run)
  }

  private sendReplies(): void {
    const { stats } = this
    const before = stats.netOutputBytes
    // A client that is closed on the way can make others have something to say.
    for (let at = 0; at < this.dirtyClients.length; at++) this.dirtyClients[at]!.flush()
    this.dirtyClients.length = 0
    if (stats.netOutputBytes > before) stats.outputRate.add(this.turnUs, stats.netOutputBytes - before)
  }

  execute(client: Client, argv: Bytes[], tag: number): void {
    const seen = this.observer ? this.observer.command(client.id, withoutSecrets(argv), tag) : tag
    this.executeObserved(client, argv, seen)
  }

  executeObserved(client: Client, argv: Bytes[], tag: number): void {
    const { current, cause } = this
    this.current = client
    this.cause = tag
    dispatch(this, client, argv, tag)
    this.tracking.tellPending(client)
    if (client.isAsking && !client.transaction && client.lastCommand?.name !== 'asking') client.isAsking = false
    this.current = current
    this.cause = cause
    if (!client.isWaiting) client.endCommand()
    // What a script has done so far is told, and waited for, when it is over.
    if (this.scripting.run) return
    if (this.effects.isOn) {
      this.effects.endUnit(!client.lastCommand?.touchesAnyKey)
      client.writtenOffset = this.replication.offset
    }
    if (this.blocking.hasReadyKeys) this.blocking.serve()
  }

  /** A command has run to its end. */
  countCall(client: Client, command: Command, argv: readonly Bytes[]): void {
    command.calls++
    if (this.takesTimes) command.timedCalls++
    if (this.slowlog.isOn) this.slowlog.note(client, command, argv)
  }

  /** Answers bytes that are no command. */
  refuse(client: Client, text: string): void {
    const reply = error(`ERR ${text}`)
    this.stats.countError(reply.kind === 'error' ? reply.text : '')
    client.append(encode(reply, client.resp))
  }

  /** Publishes on behalf of the command being executed. */
  publish(channel: Bytes, message: Bytes, sharded = false): number {
    const publisher = { client: this.current?.id ?? 0, cause: this.cause, isRelayed: this.trustsPrimary }
    return this.pubsub.publish(channel, message, publisher, sharded)
  }

  publishEvent(channel: Bytes, message: Bytes): void {
    this.publish(channel, message)
  }

  keyModified(db: Database, key: Bytes): void {
    this.changes++
    if (this.memory.max > 0) this.memory.keyModified(db, key)
    this.watches.touch(db, key)
    this.tracking.keyModified(key)
  }

  /** A key whose time was over is gone, which counts as no change: nobody asked for it. */
  keyExpired(db: Database, key: Bytes): void {
    this.watches.touch(db, key)
    this.tracking.keyModified(key)
    if (this.effects.isOn) this.effects.also(db, this.config.isOn('lazyfree-lazy-expire') ? 'UNLINK' : 'DEL', key)
  }

  keyAdded(db: Database, key: Bytes, type: ValueType): void {
    this.blocking.signal(db, key, type)
  }

  keyLost(db: Database, key: Bytes, type: ValueType): void {
    // Nobody else gives up when what it waits for goes.
    if (type === 'stream') this.blocking.signal(db, key, type)
  }

  /** A database has other contents, from a picture that was loaded. */
  databaseReplaced(db: Database): void {
    this.databaseFlushed(db)
    this.wakeCron()
  }

  databaseFlushed(db: Database): void {
    this.memory.forget()
    this.blocking.signalAll(db)
    this.watches.touchAll(db)
  }

  get keepsExpiredKeys(): boolean {
    return this.pause.isOn || this.replication.primary !== undefined
  }

  wakeCron(): void {
    this.cron.wake()
  }

  /** Forgets a client. */
  release(client: Client, why: string): void {
    if (client.isClosed) return
    client.isClosed = true
    this.unsubscribeAll(client)
    this.watches.unwatch(client)
    this.blocking.forget(client)
    this.tracking.turnOff(client)
    this.monitors.delete(client)
    if (client.replica) this.replication.replicas.forget(client.replica)
    this.clientsById.delete(client.id)
    this.observer?.clientClosed(client.id, why)
  }

  /** Closes a client now; what it was not sent yet is lost. */
  kill(client: Client, why: string): void {
    if (client.isClosed) return
    this.release(client, why)
    client.transport.destroy()
  }

  unsubscribeAll(client: Client): void {
    for (const name of client.channels) leave(this.pubsub.channels, client.channels, name, client)
    for (const name of client.patterns) leave(this.pubsub.patterns, client.patterns, name, client)
    for (const name of client.shardChannels) leave(this.pubsub.shardChannels, client.shardChannels, name, client)
  }

  /** Begins all counters anew: CONFIG RESETSTAT. */
  resetStats(): void {
    this.stats = new Stats()
    this.commands.resetStats()
  }

  /** Puts a client back as it was when it connected: RESET. */
  resetClient(client: Client): void {
    discardTransaction(this, client)
    this.unsubscribeAll(client)
    this.monitors.delete(client)
    client.isMonitor = false
    this.tracking.turnOff(client)
    client.isExemptFromEviction = false
    client.isAsking = false
    client.readsFromReplica = false
    client.db = this.keyspace.databases[0]!
    client.resp = 2
    client.name = '' as Bytes
    client.replyMode = 'on'
    this.acl.greet(client)
  }

  /** The system clock was set: what waits for a time of day may be due now. */
  clockJumped(): void {
    this.cron.wake()
    this.rdb.plan()
  }

  /** The node waits for its disk and does nothing else. */
  get isStalled(): boolean {
    return this.stalled !== undefined
  }

  get isShutDown(): boolean {
    return this.isDown
  }

  /**
   * The node ends in good order: what it has to keep is on the disk. Says whether it has ended: when it cannot save, it
   * goes on unless it is forced.
   */
  shutdown(saves = this.rdb.hasPoints, isForced = true): boolean {
    if (this.isDown) return true
    this.rdb.stop()
    if (saves && !this.rdb.save() && !isForced) return false
    this.aof.close()
    this.crash()
    return true
  }

  /** Why nothing may be written at present: a snapshot or the AOF has failed. */
  get writeRefusal(): Reply | undefined {
    if (this.rdb.deniesWrites) return errors.snapshotFailed
    const { error: diskError } = this.aof
    return diskError && aofUnwritable(diskError.message)
  }

  /** It cannot go on, as Redis exits when it cannot keep its word. */
  die(why: EventyardError): void {
    this.crash()
    this.died?.(why)
  }

  /** The node's process is gone: every client is cut off, every timer stopped, and what was not written is lost. */
  crash(): void {
    if (this.isDown) return
    for (const client of [...this.clientsById.values()]) this.kill(client, 'node shut down')
    this.isDown = true
    this.replication.stop()
    this.scripting.timer.stop()
    this.cron.stop()
    this.cluster?.stop()
    this.migrationTargets.stop()
    this.sentinel?.stop()
    this.aof.abandon()
    this.rdb.abandon()
    this.ended?.()
  }

  private readClock(): void {
    this.turnUs = this.clock.nowUs()
    this.nowMs = Math.floor(this.clock.unixUs() / 1000)
    this.nowSeconds = Math.floor(this.nowMs / 1000)
  }
}

function openConfigFile({ configFile, sentinel, config = {} }: RedisNodeOptions, disk: Disk): ConfigFile | undefined {
  const name = configFile ?? (sentinel ? 'sentinel.conf' : undefined)
  return name === undefined ? undefined : new ConfigFile(disk, name, () => initialText(config, sentinel ?? []))
}

/** What holds unless the configuration says otherwise. A Sentinel has to be reached, whatever the passwords. */
function defaultsOf({ port, sentinel }: RedisNodeOptions): Readonly<Record<string, string>> {
  return { port: String(port), ...(sentinel ? { 'protected-mode': 'no' } : {}) }
}

import type { Bytes } from '../../../shared/bytes'
import { NEVER, type Database, type Entry } from '../keyspace/database'
import type { Value } from '../keyspace/value'
import type { RedisNode } from '../node/redis-node'
import { Crc64 } from './crc64'
import { Opcode, RDB_VERSION } from './rdb-format'
import { RdbReader } from './rdb-reader'
import { readValue } from './read-value'

export interface RdbReadOptions {
  /** Where the keys go, which is empty: the node's own databases unless given. */
  readonly databases?: readonly Database[]
  /** Keys whose time is over come too: a replica hears from its primary that they go, an AOF from its increments. */
  readonly keepsExpired?: boolean
  /** Hears of keys whose time is over, which do not come. */
  readonly expired?: (db: Database, key: Bytes) => void
  /** A key that is there already gets the value of the file: DEBUG RELOAD MERGE. */
  readonly mayReplace?: boolean
}

/** What was in a file beside its keys. */
export interface RdbContents {
  readonly version: number
  readonly aux: ReadonlyMap<string, string>
  readonly keysLoaded: number
  readonly keysExpired: number
  /** Where the file is over: an AOF may go on behind it. */
  readonly end: number
}

const SIGNATURE = 'REDIS'
const FIRST_CHECKED_VERSION = 5

/**
 * Loads an RDB file of any version up to Redis 7.0's. Throws RdbError, which says what is wrong and where; what was
 * loaded until then is in the databases.
 */
export function readRdb(bytes: Uint8Array, node: RedisNode, options: RdbReadOptions = {}): RdbContents {
  const { databases = node.keyspace.databases } = options
  const loading = new RdbLoading(new RdbReader(bytes), node, databases, options)
  try {
    return loading.run()
  } finally {
    if (databases === node.keyspace.databases) {
      node.memory.forget()
      node.wakeCron()
    }
  }
}

class RdbLoading {
  private readonly aux = new Map<string, string>()
  private db: Database
  private keysLoaded = 0
  private keysExpired = 0
  // What is said of the next key.
  private expiresAt: number | bigint | undefined
  private idleSeconds: number | undefined
  private frequency: number | undefined

  constructor(
    private readonly source: RdbReader,
    private readonly node: RedisNode,
    private readonly databases: readonly Database[],
    private readonly options: RdbReadOptions,
  ) {
    this.db = databases[0]!
  }

  run(): RdbContents {
    const { source } = this
    const version = this.readVersion()
    for (;;) {
      const start = source.offset
      const code = source.byte()
      if (code === Opcode.end) break
      this.readPiece(code, start)
    }
    if (version >= FIRST_CHECKED_VERSION) this.checkSum()
    const { aux, keysLoaded, keysExpired } = this
    return { version, aux, keysLoaded, keysExpired, end: source.offset }
  }

  private readVersion(): number {
    const { source } = this
    const head = source.left < 9 ? '' : source.raw(9).toString('latin1')
    const digits = head.slice(SIGNATURE.length)
    if (!head.startsWith(SIGNATURE) || !/^\d{4}$/.test(digits)) source.fail('it does not begin as an RDB file', 0)
    const version = Number(digits)
    if (version < 1 || version > RDB_VERSION) {
      source.fail(`it has version ${version}, and version ${RDB_VERSION} is the latest that can be read`, 0)
    }
    return version
  }

  private readPiece(code: number, start: number): void {
    const { source } = this
    switch (code) {
      case Opcode.expireTime:
        this.expiresAt = source.integer32() * 1000
        return
      case Opcode.expireTimeMs:
        this.expiresAt = source.integer64()
        return
      case Opcode.frequency:
        this.frequency = source.byte()
        return
      case Opcode.idle:
        this.idleSeconds = Number(source.length())
        return
      case Opcode.selectDb:
        this.select(Number(source.length()), start)
        return
      case Opcode.resizeDb:
        source.length()
        source.length()
        return
      case Opcode.aux:
        this.aux.set(source.string(), source.string())
        return
      case Opcode.moduleAux:
        return source.fail('there is data of a module, which a simulated node cannot load', start)
      case Opcode.function2:
      case Opcode.functionOld:
        return source.fail('there are functions, which a simulated node cannot load yet', start)
      default:
        this.readKey(code, start)
    }
  }

  private select(index: number, start: number): void {
    const count = this.databases.length
    this.db =
      this.databases[index] ?? this.source.fail(`there is a database ${index}, and the node has ${count}`, start)
  }

  private readKey(type: number, start: number): void {
    const { source, node } = this
    const key = source.string()
    const value = readValue(source, type, node.limits)
    if (value && this.isOver) {
      this.keysExpired++
      this.options.expired?.(this.db, key)
    } else if (value) this.add(key, value, start)
    this.expiresAt = undefined
    this.idleSeconds = undefined
    this.frequency = undefined
  }

  private get isOver(): boolean {
    const { expiresAt } = this
    return (
      expiresAt !== undefined &&
      Number(expiresAt) !== NEVER &&
      !this.options.keepsExpired &&
      expiresAt < this.node.nowMs
    )
  }

  private add(key: Bytes, value: Value, start: number): void {
    const old = this.db.peek(key)
    if (old && !this.options.mayReplace) this.source.fail('there is a key twice', start)
    if (old) this.db.remove(old)
    const entry = this.db.add(key, value)
    this.keysLoaded++
    if (this.expiresAt !== undefined && Number(this.expiresAt) !== NEVER) this.db.setExpiry(entry, this.expiresAt)
    noteUsage(this.node, entry, this.idleSeconds, this.frequency)
  }

  private checkSum(): void {
    const { source, node } = this
    const { offset } = source
    const told = source.unsigned64()
    // 0 says that whoever wrote it was told to leave it out.
    if (told === 0n || !node.config.isOn('rdbchecksum')) return
    if (told !== new Crc64().update(source.source.subarray(0, offset)).value) {
      source.fail('the checksum is wrong', offset)
    }
  }
}

/** Says of a key that is new here how long it was not used, or how often it was, as the policy counts. */
export function noteUsage(node: RedisNode, entry: Entry, idleSeconds?: number, frequency?: number): void {
  const { nowSeconds } = node
  entry.usedAtSeconds = nowSeconds
  entry.countedAtMinutes = Math.floor(nowSeconds / 60)
  if (node.frequency.isCounted) entry.frequency = frequency ?? entry.frequency
  else if (idleSeconds !== undefined) entry.usedAtSeconds = nowSeconds - idleSeconds
}

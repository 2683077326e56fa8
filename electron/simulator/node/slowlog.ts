import type { Bytes } from '../../../shared/bytes'
import type { Client } from './client'
import type { Command } from './command'
import type { RedisNode } from './redis-node'

export interface SlowlogEntry {
  readonly id: number
  readonly unixSeconds: number
  readonly argv: readonly Bytes[]
  readonly address: string
  readonly name: Bytes
}

const ARGUMENTS_MAX = 32
const ARGUMENT_LENGTH_MAX = 128
const REDACTED = '(redacted)' as Bytes

/**
 * The commands that took too long. A simulated command takes no time at all, so there are entries only where
 * `slowlog-log-slower-than` is 0, which means every command.
 */
export class Slowlog {
  isOn = false
  /** The newest first. */
  private entries: SlowlogEntry[] = []
  private nextId = 0
  private lengthMax = 0

  constructor(private readonly node: RedisNode) {
    node.config.follow('slowlog-log-slower-than', (text) => (this.isOn = Number(text) === 0))
    node.config.follow('slowlog-max-len', (text) => (this.lengthMax = Number(text)))
  }

  get length(): number {
    return this.entries.length
  }

  newest(count: number): readonly SlowlogEntry[] {
    return this.entries.slice(0, count)
  }

  /** Ids go on where they were. */
  reset(): void {
    this.entries = []
  }

  /** A command has run. A shorter `slowlog-max-len` is noticed here, too. */
  note(client: Client, command: Command, argv: readonly Bytes[]): void {
    if (command.isHiddenFromSlowlog) return
    this.entries.unshift({
      id: this.nextId++,
      unixSeconds: this.node.nowSeconds,
      argv: shorten(argv.map((argument, at) => (client.secrets.includes(at) ? REDACTED : argument))),
      address: client.transport.remoteAddress,
      name: client.name,
    })
    this.entries.length = Math.min(this.entries.length, this.lengthMax)
  }
}

/** An entry keeps 32 arguments of 128 bytes, and says how much more there was. */
function shorten(argv: readonly Bytes[]): readonly Bytes[] {
  const kept = argv.map((argument) => {
    const more = argument.length - ARGUMENT_LENGTH_MAX
    return more > 0 ? (`${argument.slice(0, ARGUMENT_LENGTH_MAX)}... (${more} more bytes)` as Bytes) : argument
  })
  const more = kept.length - ARGUMENTS_MAX
  // The remark takes the place of the last one.
  return more > 0 ? [...kept.slice(0, ARGUMENTS_MAX - 1), `... (${more + 1} more arguments)` as Bytes] : kept
}

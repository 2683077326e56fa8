import { migrateCommands } from '../commands/migrate'
import { clusterCommands } from '../commands/cluster'
import { connectionCommands } from '../commands/connection'
import { dumpCommands } from '../commands/dump'
import { genericCommands } from '../commands/generic'
import { listCommands } from '../commands/lists'
import { hashCommands } from '../commands/hashes'
import { pubsubCommands } from '../commands/pubsub'
import { setCommands } from '../commands/sets'
import { scriptingCommands } from '../commands/scripting'
import { sortCommands } from '../commands/sort'
import { streamCommands } from '../commands/streams'
import { sortedSetCommands } from '../commands/sorted-sets'
import { stringCommands } from '../commands/strings'
import { sentinelCommands } from '../commands/sentinel'
import { memoryCommands } from '../commands/memory'
import { replicationCommands } from '../commands/replication'
import { serverCommands } from '../commands/server'
import { transactionCommands } from '../commands/transactions'
import { Command } from './command'
import type { CommandSpec } from './command-spec'
import { lower } from './errors'

/** Every family of commands. A new family is added here and nowhere else. */
export const families: readonly (readonly CommandSpec[])[] = [
  clusterCommands,
  connectionCommands,
  pubsubCommands,
  genericCommands,
  dumpCommands,
  hashCommands,
  listCommands,
  scriptingCommands,
  memoryCommands,
  migrateCommands,
  replicationCommands,
  serverCommands,
  setCommands,
  sortedSetCommands,
  sortCommands,
  streamCommands,
  stringCommands,
  transactionCommands,
]

/** The commands of one node, found by name in any case. */
export class CommandTable {
  private readonly byName = new Map<string, Command>()
  /** Spellings seen so far: clients keep to one, mostly upper or lower case. */
  private readonly bySpelling = new Map<string, Command>()

  /** A node in Sentinel mode has few commands, and one of its own. */
  constructor(mode: 'node' | 'sentinel' = 'node') {
    for (const family of mode === 'node' ? families : [...families, sentinelCommands]) {
      for (const spec of family as readonly CommandSpec[]) {
        if (mode === 'sentinel' && !spec.flags.includes('sentinel') && !spec.flags.includes('only_sentinel')) continue
        const command = new Command(spec)
        this.byName.set(spec.name, command)
        this.bySpelling.set(spec.name, command)
        this.bySpelling.set(spec.name.toUpperCase(), command)
      }
    }
  }

  get all(): ReadonlyMap<string, Command> {
    return this.byName
  }

  /** The command that the arguments name; a container's sub-command when there is a second argument. */
  find(argv: readonly string[]): Command | undefined {
    const command = this.findByName(argv[0]!)
    if (command?.subcommands === undefined || argv.length === 1) return command
    return command.subcommands.get(argv[1]!) ?? command.subcommands.get(lower(argv[1]!))
  }

  /** `client|kill` names a sub-command. */
  findByFullName(name: string): Command | undefined {
    const [own, sub, ...rest] = lower(name).split('|')
    if (rest.length > 0) return undefined
    const command = this.byName.get(own!)
    return sub === undefined ? command : command?.subcommands?.get(sub)
  }

  resetStats(): void {
    for (const command of this.byName.values()) command.resetStats()
  }

  findByName(name: string): Command | undefined {
    return this.bySpelling.get(name) ?? this.byName.get(lower(name))
  }
}

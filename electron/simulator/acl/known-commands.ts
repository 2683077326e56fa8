import { commandMetadata } from '../commands/command-metadata'
import type { AclCategory } from '../node/command-spec'

/**
 * Every command of Redis 7.0.15 by its full name, those included that are not simulated: a user may be forbidden what
 * this node could not do anyway, and a category means the same as on a real server.
 */
export interface KnownCommand {
  readonly fullName: string
  readonly categories: readonly string[]
  /** Of a sub-command: its container's name. */
  readonly parent?: string
  /** Of a container: the full names of its sub-commands. */
  readonly subcommands?: readonly string[]
}

/** In the order in which Redis lists them. */
export const categories: readonly AclCategory[] = [
  'keyspace',
  'read',
  'write',
  'set',
  'sortedset',
  'list',
  'hash',
  'string',
  'bitmap',
  'hyperloglog',
  'geo',
  'stream',
  'pubsub',
  'admin',
  'fast',
  'slow',
  'blocking',
  'dangerous',
  'connection',
  'transaction',
  'scripting',
]

export const knownCommands: ReadonlyMap<string, KnownCommand> = new Map(
  Object.entries(commandMetadata).flatMap(([name, { acl, subcommands }]) => {
    const subs = Object.entries(subcommands ?? {}).map(([sub, metadata]) => ({
      fullName: `${name}|${sub}`,
      categories: metadata.acl,
      parent: name,
    }))
    const own: KnownCommand =
      subs.length > 0
        ? { fullName: name, categories: acl, subcommands: subs.map(({ fullName }) => fullName) }
        : { fullName: name, categories: acl }
    return [own, ...subs].map((command) => [command.fullName, command] as const)
  }),
)

/** The commands of a category, or undefined when there is no such category. */
export function commandsOf(category: string): readonly KnownCommand[] | undefined {
  if (!(categories as readonly string[]).includes(category)) return undefined
  return [...knownCommands.values()].filter((command) => command.categories.includes(category))
}

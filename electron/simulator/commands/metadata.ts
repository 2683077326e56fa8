import { commandMetadata } from './command-metadata'
import { sentinelMetadata } from './sentinel-metadata'

/** What Redis says of a command in COMMAND INFO and COMMAND DOCS, beyond what our tables declare. */
export interface CommandMetadata {
  readonly arity: number
  readonly flags: readonly string[]
  readonly keys: readonly number[]
  readonly acl: readonly string[]
  readonly tips: readonly string[]
  readonly keySpecs: readonly KeySpecMetadata[]
  readonly docs: Readonly<Record<string, unknown>>
  readonly subcommands?: Readonly<Record<string, CommandMetadata>>
}

export interface KeySpecMetadata {
  readonly notes?: string
  readonly flags: readonly string[]
  readonly begin_search: {
    readonly type: string
    readonly spec: { readonly index?: number; readonly keyword?: string; readonly startfrom?: number }
  }
  readonly find_keys: { readonly type: string; readonly spec: Readonly<Record<string, number>> }
}

/** `client|kill` is found within `client`. */
export function metadataOf(fullName: string): CommandMetadata | undefined {
  const [name, subcommand] = fullName.split('|') as [string, string | undefined]
  const found = commandMetadata[name] ?? sentinelMetadata[name]
  return subcommand === undefined ? found : found?.subcommands?.[subcommand]
}

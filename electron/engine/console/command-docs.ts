/** What the console explains and completes: every command of the simulated node, as COMMAND DOCS has it. */
import type { ArgumentDoc, CommandDoc } from '../../../shared/console/console-types'
import { metadataOf } from '../../simulator/commands/metadata'
import type { Command } from '../../simulator/node/command'
import { CommandTable } from '../../simulator/node/command-table'

/** Fields of COMMAND DOCS that are used here; all but the summary may be missing. */
interface Docs {
  readonly summary?: string
  readonly since?: string
  readonly group?: string
  readonly complexity?: string
  readonly arguments?: readonly ArgumentDoc[]
  readonly history?: readonly (readonly [string, string])[]
  readonly deprecated_since?: string
  readonly replaced_by?: string
}

export function commandDocs(): readonly CommandDoc[] {
  const commands = [...new CommandTable().all.values()]
  return commands.flatMap((command) => [command, ...(command.subcommands?.values() ?? [])]).map(docOf)
}

function docOf(command: Command): CommandDoc {
  const metadata = metadataOf(command.fullName)
  const docs = (metadata?.docs ?? {}) as Docs
  return {
    name: command.fullName.replace('|', ' ').toUpperCase(),
    summary: docs.summary?.trim() ?? command.spec.summary,
    since: docs.since ?? '',
    group: docs.group ?? '',
    complexity: docs.complexity ?? '',
    arguments: docs.arguments ?? [],
    arity: command.arity,
    flags: metadata?.flags ?? command.spec.flags,
    acl: metadata?.acl ?? command.spec.acl,
    history: docs.history ?? [],
    ...(docs.deprecated_since === undefined ? {} : { deprecatedSince: docs.deprecated_since }),
    ...(docs.replaced_by === undefined ? {} : { replacedBy: docs.replaced_by }),
    isContainer: command.subcommands !== undefined && command.run === undefined,
  }
}

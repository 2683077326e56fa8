import { noKeys, type AclCategory, type CommandSpec } from '../node/command-spec'
import { array, simple } from '../resp/reply'

/** The HELP sub-command that every container has. `lines` are those between the heading and HELP itself. */
export function helpCommand(container: string, acl: readonly AclCategory[], lines: readonly string[]): CommandSpec {
  const reply = array(
    [
      `${container.toUpperCase()} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`,
      ...lines,
      'HELP',
      '    Prints this help.',
    ].map(simple),
  )
  return {
    name: 'help',
    summary: 'Show helpful text about the different subcommands',
    arity: 2,
    flags: ['loading', 'stale'],
    acl,
    keys: noKeys,
    run: () => reply,
  }
}

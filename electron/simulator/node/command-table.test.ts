import { describe, expect, it } from 'vitest'
import { metadataOf } from '../commands/metadata'
import type { Command } from './command'
import { CommandTable } from './command-table'

// Flags that COMMAND INFO leaves out.
const UNTOLD = new Set(['sentinel', 'only_sentinel', 'protected', 'may_replicate'])

const all = (['node', 'sentinel'] as const).flatMap((mode) => [...new CommandTable(mode).all.values()])
const commands: Command[] = [...new Map(all.map((command) => [command.name, command])).values()].flatMap((command) => [
  command,
  ...(command.subcommands?.values() ?? []),
])

describe('the command tables', () => {
  it.each(commands.map((command) => [command.fullName, command] as const))(
    'say of %s what Redis says',
    (name, command) => {
      const { spec } = command
      const told = metadataOf(name)!
      expect(spec.arity).toBe(told.arity)
      expect(spec.summary).toBe(told.docs['summary'])
      expect([...spec.flags].filter((flag) => !UNTOLD.has(flag)).sort()).toEqual([...told.flags].sort())
      expect([...spec.acl].sort()).toEqual([...told.acl].sort())
      const [first, last, step] = told.keys
      if (spec.keys.find === 'range') {
        expect([spec.keys.at, spec.keys.last, spec.keys.step]).toEqual([first, last, step])
      } else if (spec.keys.find === 'none') expect(told.keySpecs).toEqual([])
    },
  )

  it('find a command in any case', () => {
    const table = new CommandTable()
    expect(table.find(['GeT', 'key'])?.fullName).toBe('get')
    expect(table.find(['client', 'KILL', 'x'])?.fullName).toBe('client|kill')
    expect(table.find(['client'])?.fullName).toBe('client')
    expect(table.find(['client', 'nothing'])).toBeUndefined()
    expect(table.find(['nothing'])).toBeUndefined()
  })
})

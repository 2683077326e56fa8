import type { Bytes } from '../../../shared/bytes'
import type { Command } from '../node/command'
import { lower } from '../node/errors'
import { metadataOf } from './metadata'

/** What a command does to the key at a place. Only SET's depends on its other arguments. */
export function keyFlags(command: Command, at: number, argv: readonly Bytes[]): readonly string[] {
  if (command.fullName === 'set') {
    const returnsOld = argv.slice(3).some((option) => lower(option) === 'get')
    return returnsOld ? ['RW', 'access', 'update'] : ['OW', 'update']
  }
  const specs = metadataOf(command.fullName)!.keySpecs
  const spec = [...specs].reverse().find(
    ({
      begin_search: {
        spec: { index },
      },
    }) => index !== undefined && index <= at,
  )
  return (spec ?? specs[0])?.flags ?? []
}

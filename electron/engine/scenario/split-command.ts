import type { Bytes } from '../../../shared/bytes'
import { bytesOf } from '../../../shared/bytes'
import { splitArguments } from '../../../shared/split-arguments'

/** A command line as redis-cli takes it, with its quotes, as arguments. Throws where the quotes are unbalanced. */
export function splitCommand(line: string): readonly Bytes[] {
  const argv = splitArguments(bytesOf(line))
  if (!argv || argv.length === 0) {
    throw new Error(`"${line}" is not a command: its quotes are unbalanced or it is empty`)
  }
  return argv as Bytes[]
}

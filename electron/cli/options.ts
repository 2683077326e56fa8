/** Reads a command's options: an unknown or wrong one is an EventyardError that says what would do. */
import { parseArgs } from 'node:util'
import { EventyardError } from '../../shared/errors'

export interface OptionSpec {
  readonly type: 'boolean' | 'string'
  /** What --help shows for the value. */
  readonly value?: string
  readonly about: string
}

export interface ReadOptions {
  readonly words: readonly string[]
  text(name: string): string | undefined
  isSet(name: string): boolean
  /** A whole number in a range. */
  integer(name: string, min: number, max: number): number | undefined
}

export function readOptions(
  command: string,
  specs: Readonly<Record<string, OptionSpec>>,
  argv: readonly string[],
): ReadOptions {
  const options = Object.fromEntries(Object.entries(specs).map(([name, { type }]) => [name, { type }]))
  // Not strict, so that the words of a complaint are ours.
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const spec = specs[token.name]
    if (!spec || token.rawName !== `--${token.name}`) {
      throw new EventyardError('option.unknown', { option: token.rawName, command })
    }
    if (spec.type === 'string' && (token.value === undefined || token.value === '')) {
      throw new EventyardError('argument.missing', {
        command: `--${token.name}`,
        what: `a value: --${token.name} ${spec.value ?? ''}`,
      })
    }
    if (spec.type === 'boolean' && token.value !== undefined) {
      throw new EventyardError('option.invalid', {
        option: token.rawName,
        value: token.value,
        fix: 'Leave the value out.',
      })
    }
  }
  const text = (name: string) => values[name] as string | undefined
  return {
    words: positionals,
    text,
    isSet: (name) => values[name] === true,
    integer: (name, min, max) => {
      const value = text(name)
      if (value === undefined) return undefined
      const number = /^\d{1,10}$/.test(value) ? Number(value) : NaN
      if (number >= min && number <= max) return number
      throw new EventyardError('option.invalid', {
        option: `--${name}`,
        value,
        fix: `Give a whole number from ${min} to ${max}.`,
      })
    },
  }
}

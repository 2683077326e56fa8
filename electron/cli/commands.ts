import type { OptionSpec } from './options'

/** A command of the command line: what --help prints, and what runs. Gives the exit code. */
export interface Command {
  readonly name: string
  readonly usage: string
  readonly about: string
  readonly options: Readonly<Record<string, OptionSpec>>
  readonly run: (argv: readonly string[], out: Output) => Promise<number>
}

export interface Output {
  /** A line on standard output. */
  line(text: string): void
  /** Several, each with its end. */
  lines(text: string): void
  /** A line on standard error. */
  error(text: string): void
}

export const exitCodes = { done: 0, failed: 1, badInput: 2 } as const

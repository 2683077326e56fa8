import { columns } from './columns'
import type { Command } from './commands'

export function generalHelp(commands: readonly Command[]): string[] {
  return [
    'Eventyard: see, break, record and replay distributed events on Redis.',
    '',
    'Usage: eventyard COMMAND',
    '',
    ...columns(commands.map(({ usage, about }) => [`  ${usage}`, about])),
    '',
    'eventyard COMMAND --help tells its options. Exit code 0: done, 1: an expectation failed, 2: bad input.',
  ]
}

export function commandHelp({ usage, about, options }: Command): string[] {
  return [
    `Usage: eventyard ${usage}`,
    '',
    about,
    '',
    ...columns(
      Object.entries(options).map(([name, { value, about }]) => [`  --${name}${value ? ` ${value}` : ''}`, about]),
    ),
  ]
}

#!/usr/bin/env node
/** The command line: `eventyard COMMAND`. Exit code 0 done, 1 an expectation failed, 2 bad input. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EventyardError, toErrorData } from '../../shared/errors'
import { exitCodes, type Command, type Output } from './commands'
import { commandHelp, generalHelp } from './help'
import { listCommand } from './list'
import { runCommand } from './run'
import { serveCommand } from './serve'

const commands: readonly Command[] = [runCommand, serveCommand, listCommand]

const out: Output = {
  line: (text) => process.stdout.write(`${text}\n`),
  lines: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(`${text}\n`),
}

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    for (const line of generalHelp(commands)) out.line(line)
    return exitCodes.done
  }
  if (name === '--version') {
    const { version } = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8')) as { version: string }
    out.line(version)
    return exitCodes.done
  }
  const command = commands.find((one) => one.name === name)
  if (!command) throw new EventyardError('command.unknown', { command: name })
  if (rest.includes('--help') || rest.includes('-h')) {
    for (const line of commandHelp(command)) out.line(line)
    return exitCodes.done
  }
  return command.run(rest, out)
}

// Whoever reads our output may go away (`| head`): that ends us quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2))

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    const { message, hint } = toErrorData(error)
    out.error(`eventyard: ${message}`)
    out.error(hint)
    process.exitCode = exitCodes.badInput
  },
)

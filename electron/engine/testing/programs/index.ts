import type { ClientProgram } from '../client-program'
import * as ioredisCommands from './ioredis-commands'

/** Every program by its name. */
export const programs: Readonly<Record<string, ClientProgram>> = { ...named('ioredis', ioredisCommands) }

function named(topic: string, module: Readonly<Record<string, ClientProgram>>): Record<string, ClientProgram> {
  return Object.fromEntries(Object.entries(module).map(([name, program]) => [`${topic}: ${name}`, program]))
}

import type { ClientProgram } from '../client-program'
import * as bullmqJobs from './bullmq-jobs'
import * as bullmqSchedules from './bullmq-schedules'
import * as chanceAndTime from './chance-and-time'
import * as ioredisBlocking from './ioredis-blocking'
import * as ioredisCommands from './ioredis-commands'
import * as ioredisConnections from './ioredis-connections'
import * as ioredisPubsub from './ioredis-pubsub'

/** Every program by its name. */
export const programs: Readonly<Record<string, ClientProgram>> = {
  ...named('ioredis', { ...ioredisCommands, ...ioredisBlocking, ...ioredisPubsub, ...ioredisConnections }),
  ...named('world', chanceAndTime),
  ...named('bullmq', bullmqJobs),
  ...named('bullmq schedules', bullmqSchedules),
}

function named(topic: string, module: Readonly<Record<string, ClientProgram>>): Record<string, ClientProgram> {
  return Object.fromEntries(Object.entries(module).map(([name, program]) => [`${topic}: ${name}`, program]))
}

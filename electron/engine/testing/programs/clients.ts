import { Redis, type RedisOptions } from 'ioredis'
import type { Place } from '../client-program'

/** A client with ioredis's own defaults, but for the place. */
export function connect({ host, port, protocol }: Place, options: RedisOptions = {}): Redis {
  return new Redis({ host, port, protocol, ...options, replyMapping: 'legacy' })
}

interface Source {
  on(event: string, listen: (...values: unknown[]) => void): unknown
  off(event: string, listen: (...values: unknown[]) => void): unknown
}

/** What an emitter says the next `count` times. */
export function nextFew(from: Source, event: string, count: number): Promise<unknown[][]> {
  return new Promise((resolve) => {
    const heard: unknown[][] = []
    const listen = (...values: unknown[]) => {
      heard.push(values)
      if (heard.length < count) return
      from.off(event, listen)
      resolve(heard)
    }
    from.on(event, listen)
  })
}

/** Comes back when so many clients wait in blocking commands: the order of service is the order in which they came. */
export async function untilBlocked(client: Redis, count: number): Promise<void> {
  while (!(await client.info('clients')).includes(`blocked_clients:${count}\r\n`));
}

/** What a promise was refused with, in words. */
export async function refusal(of: Promise<unknown>): Promise<string> {
  return of.then(
    (value) => `no refusal but ${JSON.stringify(value)}`,
    (error: unknown) => String(error),
  )
}

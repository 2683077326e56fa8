/**
 * Makes ioredis clients. The worker loads this file only after the globals are the world's, because ioredis must never
 * see the machine's.
 */
import { Redis } from 'ioredis'

/** A client that connects when it is told to. `connectionName` is what CLIENT LIST shows. */
export function createRedis(host: string, connectionName: string): Redis {
  return new Redis({ host, port: 6379, connectionName, lazyConnect: true })
}

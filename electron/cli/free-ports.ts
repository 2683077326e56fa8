import { createServer, type Server } from 'node:net'
import { EventyardError } from '../../shared/errors'

const TRIES = 50

/** The first of so many ports in a row that nobody has on 127.0.0.1 at present, from one that the system suggests. */
export async function freePorts(count: number): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const probe = await listen(0)
    const first = portOf(probe)
    const others = first + count > 65_536 ? [undefined] : await Promise.all(rest(first, count).map(tryListen))
    const isFree = others.every((server) => server !== undefined)
    for (const server of [probe, ...others]) await close(server)
    if (isFree) return first
  }
  throw new EventyardError('port.none', { count: String(count) })
}

function rest(first: number, count: number): number[] {
  return Array.from({ length: count - 1 }, (_, index) => first + 1 + index)
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

function tryListen(port: number): Promise<Server | undefined> {
  return listen(port).catch(() => undefined)
}

function close(server: Server | undefined): Promise<void> {
  return new Promise((resolve) => (server ? server.close(() => resolve()) : resolve()))
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

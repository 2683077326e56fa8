import net from 'node:net'
import { threadId } from 'node:worker_threads'

/**
 * Below what systems hand out by themselves (32768 and up on Linux, 49152 and up elsewhere): a port from there may be taken
 * by anybody's outgoing connection before its server listens.
 */
const FIRST = 12_000
const COUNT = 20_000

/** Engines that look at the same time begin at different places. */
let next = (process.pid * 331 + threadId * 677) % COUNT

/** So many different free ports of 127.0.0.1. They are all taken for a moment, so none is given twice. */
export async function freePorts(count: number): Promise<number[]> {
  const probes: net.Server[] = []
  try {
    for (let tries = 0; probes.length < count && tries < COUNT; tries++) {
      const probe = await listen(FIRST + next)
      next = (next + 1) % COUNT
      if (probe) probes.push(probe)
    }
    return probes.map((probe) => (probe.address() as net.AddressInfo).port)
  } finally {
    await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))))
  }
}

/** Undefined where somebody listens already. */
function listen(port: number): Promise<net.Server | undefined> {
  const probe = net.createServer()
  return new Promise((resolve) => {
    probe.once('error', () => resolve(undefined))
    probe.listen(port, '127.0.0.1', () => resolve(probe))
  })
}

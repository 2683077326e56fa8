import net from 'node:net'

/** So many different free ports of 127.0.0.1. They are all taken for a moment, so none is given twice. */
export async function freePorts(count: number): Promise<number[]> {
  const probes: net.Server[] = []
  try {
    for (let index = 0; index < count; index++) {
      const probe = net.createServer()
      probes.push(probe)
      await new Promise<void>((resolve, reject) => {
        probe.once('error', reject)
        probe.listen(0, '127.0.0.1', resolve)
      })
    }
    return probes.map((probe) => (probe.address() as net.AddressInfo).port)
  } finally {
    await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))))
  }
}

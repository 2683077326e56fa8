import type { Cluster } from './cluster'
import { NodeFlag } from './cluster-node'

const PORT_MAX = 65_535

/**
 * Begins to make the node at an address known, unless that is under way already: CLUSTER MEET. It has a name by chance
 * until it tells its own. False where there can be no such address.
 */
export function startHandshake({ table, nowMs }: Cluster, host: string, port: number, busPort: number): boolean {
  const ip = normalAddress(host)
  if (ip === undefined || port <= 0 || port > PORT_MAX || busPort <= 0 || busPort > PORT_MAX) return false
  for (const node of table.nodes.values()) {
    if (node.isInHandshake && node.ip === ip && node.port === port && node.busPort === busPort) return true
  }
  const node = table.add(undefined, NodeFlag.handshake | NodeFlag.meet, nowMs)
  node.locate({ ip, port, busPort })
  return true
}

function normalAddress(host: string): string | undefined {
  const bytes = host.split('.')
  if (bytes.length === 4) return bytes.every((byte) => /^\d{1,3}$/.test(byte) && Number(byte) <= 255) ? host : undefined
  return /^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$/.test(host) ? host.toLowerCase() : undefined
}

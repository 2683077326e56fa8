import { createServer, type Server, type Socket } from 'node:net'
import type { NodeProcess } from '../node/node-process'
import type { TestDeployment } from './test-deployment'

/** Enough for a request and its reply on the simulated network. */
const ROUND_TRIP_MS = 10

/**
 * Lets programs of the machine speak to simulated nodes at the nodes' own ports. Virtual time goes on whenever something
 * is sent, and no more than that. Gives what ends it.
 */
export async function serveOverTcp(
  deployment: TestDeployment,
  nodes: readonly NodeProcess[],
): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>()
  const servers = await Promise.all(
    nodes.map(({ host, port }) =>
      listen(host, port, (socket) => {
        sockets.add(socket)
        socket.on('close', () => sockets.delete(socket))
        bridge(deployment, host, port, socket)
      }),
    ),
  )
  return async () => {
    for (const socket of sockets) socket.destroy()
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  }
}

function bridge(deployment: TestDeployment, host: string, port: number, socket: Socket): void {
  const connection = deployment.network.connect('10.0.9.2', 'outside', host, port, {
    opened: () => undefined,
    refused: () => void socket.destroy(),
    data: (chunk) => {
      socket.write(Uint8Array.from(chunk))
      return true
    },
    ended: () => void socket.end(),
  })
  deployment.advance(ROUND_TRIP_MS)
  socket.on('data', (chunk) => {
    connection.send(chunk)
    deployment.advance(ROUND_TRIP_MS)
  })
  socket.on('error', () => undefined)
  socket.on('close', () => connection.close())
}

function listen(host: string, port: number, accept: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(accept)
    server.on('error', reject)
    server.listen(port, host, () => resolve(server))
  })
}

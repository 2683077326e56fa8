/**
 * TCP connections of a served node to servers outside its world, so that it can replicate from a real Redis. The
 * machine's own `net` is kept before it is replaced: whoever loads the engine loads this file first.
 */
import net from 'node:net'
import type { NodeNetwork } from '../../simulator/ports'

const connectReal = net.createConnection.bind(net)

/** `external` runs what comes from outside in between two events of the world. */
export function outsideConnect(external: (run: () => void) => void): NodeNetwork['connect'] {
  return (host, port, end) => {
    const socket = connectReal({ host, port, noDelay: true })
    let isOpen = false
    let isOver = false
    const over = (tell: () => void) => {
      if (isOver) return
      isOver = true
      external(tell)
    }
    socket.on('connect', () => {
      isOpen = true
      external(() => {
        if (!isOver) end.opened()
      })
    })
    // The buffer is the socket's own, and nobody else's.
    socket.on('data', (chunk) =>
      external(() => {
        if (!isOver) end.data(chunk)
      }),
    )
    socket.on('error', (error: NodeJS.ErrnoException) =>
      over(() => {
        if (isOpen) end.ended(error.code === 'ETIMEDOUT' ? 'ETIMEDOUT' : 'ECONNRESET')
        else if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') end.refused('ENOTFOUND')
        else end.refused(error.code === 'ETIMEDOUT' ? 'ETIMEDOUT' : 'ECONNREFUSED')
      }),
    )
    socket.on('close', () => over(() => end.ended()))
    return {
      get localAddress() {
        return `${socket.localAddress}:${socket.localPort}`
      },
      write: (bytes) => socket.write(bytes, 'latin1'),
      close: () => {
        isOver = true
        socket.destroy()
      },
    }
  }
}

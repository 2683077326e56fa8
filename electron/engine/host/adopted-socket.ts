import type { Buffer as NodeBuffer } from 'node:buffer'
import { Socket } from 'node:net'

// Node gives every chunk that a socket reads a new buffer of 64 KiB, a fifth of what serving a small command costs.
const shared = Buffer.allocUnsafe(64 * 1024)

interface WithHandle {
  _handle: object | null
}

/**
 * A socket on the connection of one that a server accepted with `pauseOnConnect`, which reads into one buffer for all:
 * `read` must be done with a chunk when it returns. Only a new socket can be given a buffer, so the accepted one
 * hands its connection over; should a future Node keep that inside, it is read in the ordinary way.
 */
export function adopt(accepted: Socket, read: (chunk: NodeBuffer) => void): Socket {
  const handle = (accepted as unknown as WithHandle)._handle
  if (!handle) {
    accepted.on('data', read)
    accepted.resume()
    return accepted
  }
  ;(accepted as unknown as WithHandle)._handle = null
  const callback = (length: number): boolean => {
    read(shared.subarray(0, length))
    return true
  }
  return new Socket({ handle, onread: { buffer: shared, callback } } as ConstructorParameters<typeof Socket>[0])
}

import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { GuestListener, type GuestHost } from './guest-listener'

let listener: GuestListener | undefined
afterEach(() => listener?.close())

describe('bytes of guests', () => {
  it('stay whose they are while they wait for the world to take them', async () => {
    const waiting: (() => void)[] = []
    let isAsked: () => void = () => undefined
    const received = new Map<number, string>()
    let guests = 0
    const host: GuestHost = {
      external: (run) => {
        waiting.push(run)
        isAsked()
      },
      number: () => ++guests,
      accept: ({ number }) => ({
        id: number,
        receive: (chunk) => received.set(number, Buffer.from(chunk).toString()),
        closed: () => undefined,
      }),
      arrived: () => undefined,
      left: () => undefined,
    }
    const untilWaiting = (count: number) =>
      new Promise<void>((resolve) => {
        isAsked = () => {
          if (waiting.length >= count) resolve()
        }
        isAsked()
      })
    listener = await GuestListener.open(0, host)
    const port = Number(listener.address.split(':')[1])
    // One after the other, so that the second reads while the bytes of the first still wait.
    const sockets = []
    for (const [index, word] of ['first', 'other'].entries()) {
      const socket = connect(port, '127.0.0.1')
      socket.write(word)
      sockets.push(socket)
      await untilWaiting(2 * (index + 1))
    }
    for (const run of waiting.splice(0)) run()
    expect([...received]).toEqual([
      [1, 'first'],
      [2, 'other'],
    ])
    for (const socket of sockets) socket.destroy()
  })
})

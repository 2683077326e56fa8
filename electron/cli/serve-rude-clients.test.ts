import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { serve, type Served } from './testing/command-line'

let served: Served
let polite: Redis
beforeAll(async () => {
  served = await serve()
})
beforeEach(async () => {
  polite = new Redis({ port: served.port, host: '127.0.0.1' })
  await polite.flushall()
})
afterEach(() => polite.disconnect())
afterAll(async () => {
  expect(await served.stop()).toBe(0)
})

async function open(): Promise<Socket & { said: string }> {
  const socket = Object.assign(connect(served.port, '127.0.0.1'), { said: '' })
  socket.setNoDelay(true)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

function listen(socket: Socket & { said: string }): void {
  socket.on('data', (bytes) => (socket.said += bytes.toString('latin1')))
}

async function countClients(): Promise<number> {
  const info = await polite.info('clients')
  return Number(/connected_clients:(\d+)/.exec(info)?.[1])
}

// Nothing here looks at the clock: a polite client's commands are answered, one after the other, while the rude ones are
// in the middle of what they do.
describe('a served node', () => {
  it('serves others between the bytes of a command that comes one by one', async () => {
    const slow = await open()
    listen(slow)
    for (const byte of '*3\r\n$3\r\nSET\r\n$4\r\nslow\r\n$5\r\nvalue\r\n') {
      expect(await polite.get('slow')).toBe(null)
      slow.write(byte)
      expect(await polite.incr('turns')).toBeGreaterThan(0)
    }
    await expect.poll(() => slow.said).toBe('+OK\r\n')
    expect(await polite.get('slow')).toBe('value')
    slow.destroy()
  })

  it('keeps what 100,000 commands answer for one that reads later, and serves others', async () => {
    const lazy = await open()
    lazy.pause()
    lazy.write('INCR lazy\r\n'.repeat(100_000))
    for (let turn = 1; turn <= 50; turn++) expect(await polite.incr('turns')).toBe(turn)
    await expect.poll(() => polite.get('lazy'), { timeout: 20_000 }).toBe('100000')
    listen(lazy)
    lazy.resume()
    await expect.poll(() => lazy.said.endsWith(':100000\r\n'), { timeout: 20_000 }).toBe(true)
    expect(lazy.said.split('\r\n').length).toBe(100_001)
    lazy.destroy()
  })

  it('hangs up on one that asks for more than it may have and never reads', async () => {
    await polite.set('big', 'x'.repeat(100_000))
    await polite.config('SET', 'client-output-buffer-limit', 'normal 16mb 0 0')
    const greedy = await open()
    greedy.pause()
    greedy.write('GET big\r\n'.repeat(100_000))
    await expect.poll(countClients, { timeout: 20_000 }).toBe(1)
    expect(await polite.strlen('big')).toBe(100_000)
    await polite.config('SET', 'client-output-buffer-limit', 'normal 0 0 0')
    greedy.destroy()
  })

  it('forgets those who go in the middle of a command, by reset or by half-closing', async () => {
    for (let round = 0; round < 25; round++) {
      const [reset, half] = await Promise.all([open(), open()])
      reset.write('*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000000\r\n' + 'x'.repeat(round * 1000))
      half.write('*2\r\n$3\r\nGET\r\n$5\r\nab')
      expect(await polite.incr('turns')).toBe(round + 1)
      reset.resetAndDestroy()
      half.end()
    }
    await expect.poll(countClients, { timeout: 20_000 }).toBe(1)
    expect(await polite.exists('k')).toBe(0)
  })

  it('answers 1,000 connections at once', async () => {
    const sockets = await Promise.all(Array.from({ length: 1000 }, open))
    sockets.forEach(listen)
    await expect.poll(countClients, { timeout: 20_000 }).toBe(1001)
    sockets.forEach((socket, index) => socket.write(`ECHO ${index}\r\n`))
    await expect.poll(() => sockets.every(({ said }) => said !== ''), { timeout: 20_000 }).toBe(true)
    sockets.forEach(({ said }, index) => expect(said).toBe(`$${String(index).length}\r\n${index}\r\n`))
    sockets.forEach((socket) => socket.resetAndDestroy())
    await expect.poll(countClients, { timeout: 20_000 }).toBe(1)
  })

  it('turns away those above maxclients, and takes them again when others have gone', async () => {
    await polite.config('SET', 'maxclients', '10')
    const sockets = await Promise.all(Array.from({ length: 15 }, open))
    sockets.forEach(listen)
    const turnedAway = () => sockets.filter(({ said }) => said === '-ERR max number of clients reached\r\n').length
    await expect.poll(turnedAway, { timeout: 20_000 }).toBe(6)
    expect(await countClients()).toBe(10)
    sockets.forEach((socket) => socket.destroy())
    await expect.poll(countClients, { timeout: 20_000 }).toBe(1)
    const late = await open()
    listen(late)
    late.write('PING\r\n')
    await expect.poll(() => late.said).toBe('+PONG\r\n')
    late.destroy()
    await polite.config('SET', 'maxclients', '10000')
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SeededRandom } from '../clock/seeded-random'
import { VirtualClock } from '../clock/virtual-clock'
import type { ClientHandle, ClientTransport, Mark, SocketEnd } from '../ports'
import { integer } from '../resp/reply'
import { Channel } from './channel'
import { Links } from './links'
import { Network } from './network'
import { Wire } from './wire'

const latency = { minUs: 100, maxUs: 900 }

/** A network with one listener that keeps what it is sent, and a client that writes everything down. */
function createNetwork(seed = 1) {
  const clock = new VirtualClock(0)
  const told: string[] = []
  let reads = true
  const tell = (what: string) => told.push(`${clock.nowUs()} ${what}`)
  let transport!: ClientTransport
  const received: { chunk: string; tags: readonly number[] }[] = []
  const handle: ClientHandle = {
    id: 5,
    receive: (chunk, tags = []) => received.push({ chunk: Buffer.from(chunk).toString(), tags }),
    closed: () => tell('node: closed'),
  }
  let sent = 0
  const network = new Network({
    clock,
    random: new SeededRandom(seed),
    latency,
    observer: {
      commandSent: () => ++sent,
      arrived: (_, mark: Mark) => tell(`arrived ${mark.kind}`),
      vanished: (_, mark: Mark) => tell(`vanished ${mark.kind}`),
      accepted: () => undefined,
      opened: () => tell('opened'),
      closed: (_, why) => tell(`closed: ${why}`),
      failed: (_, code) => tell(`failed: ${code}`),
    },
  })
  network.listen({
    name: 'node-1',
    host: '10.0.1.1',
    port: 6379,
    accept: (given) => {
      transport = given
      return handle
    },
  })
  const end: SocketEnd = {
    opened: () => tell('client: opened'),
    refused: (code) => tell(`client: ${code}`),
    data: (chunk) => {
      tell(`client: ${Buffer.from(chunk).toString()}`)
      return reads
    },
    ended: () => tell('client: ended'),
  }
  const run = () => {
    while (clock.runNext());
  }
  const words = () => told.map((line) => line.replace(/^\d+ /, ''))
  const setReading = (isReading: boolean) => (reads = isReading)
  return { network, clock, end, told, words, received, run, setReading, transport: () => transport }
}

const ping = Buffer.from('*1\r\n$4\r\nPING\r\n')

describe('a connection', () => {
  it('opens after a full round trip, and carries commands with their tags', () => {
    const { network, clock, end, told, received, run } = createNetwork()
    const connection = network.connect('10.0.2.1', 'ana', 'node-1', 6379, end)
    run()
    expect(told).toEqual([`${clock.nowUs()} opened`, `${clock.nowUs()} client: opened`])
    expect(clock.nowUs()).toBeGreaterThanOrEqual(2 * latency.minUs)
    connection.send(ping)
    connection.send(ping.subarray(0, 7))
    run()
    connection.send(ping.subarray(7))
    run()
    expect(received.map(({ tags }) => tags)).toEqual([[1], [], [2]])
    expect(received.map(({ chunk }) => chunk).join('')).toBe(`${ping}${ping}`)
  })

  it('is refused where nobody listens, and unknown names are not found', () => {
    const { network, end, words, run } = createNetwork()
    network.connect('10.0.2.1', 'ana', 'node-1', 6380, end)
    network.connect('10.0.2.1', 'ana', 'example.com', 6379, end)
    run()
    expect(words().sort()).toEqual([
      'client: ECONNREFUSED',
      'client: ENOTFOUND',
      'failed: ECONNREFUSED',
      'failed: ENOTFOUND',
    ])
  })

  it('tells what an arriving chunk was, and what became of one that nobody takes', () => {
    const { network, end, words, run, transport } = createNetwork()
    const connection = network.connect('10.0.2.1', 'ana', 'node-1', 6379, end)
    run()
    transport().write('one', [{ kind: 'reply', tag: 1, reply: integer(1) }])
    run()
    transport().write('two', [{ kind: 'message', message: 1 }])
    connection.close()
    run()
    // Whether the message or the client's end arrives first is the latency's affair.
    expect(words().slice(2).sort()).toEqual(
      ['arrived reply', 'client: one', 'closed: client closed', 'node: closed', 'vanished message'].sort(),
    )
    expect(words()).not.toContain('client: two')
  })

  it('delivers everything that the server wrote before it closed', () => {
    const { network, end, words, run, transport } = createNetwork()
    network.connect('10.0.2.1', 'ana', 'node-1', 6379, end)
    run()
    transport().write('last words', [])
    transport().end()
    run()
    expect(words().slice(2)).toEqual(['client: last words', 'closed: server closed', 'client: ended'])
  })
})

describe('a client that does not read', () => {
  const chunk = 'x'.repeat(64 * 1024)

  it('leaves the node with what no window has room for, and gets it when it reads again', () => {
    const { network, end, words, run, setReading, transport } = createNetwork()
    const connection = network.connect('10.0.2.1', 'ana', 'node-1', 6379, end)
    run()
    setReading(false)
    for (let index = 0; index < 5; index++) transport().write(chunk, [{ kind: 'message', message: index }])
    run()
    // The first was taken before the client stopped reading, two are in the window.
    expect(words().filter((line) => line === 'arrived message')).toHaveLength(1)
    expect(transport().unsentLength).toBe(2 * chunk.length)
    transport().end()
    setReading(true)
    connection.ready()
    run()
    expect(words().filter((line) => line === 'arrived message')).toHaveLength(5)
    expect(words().slice(-2)).toEqual(['closed: server closed', 'client: ended'])
    expect(transport().unsentLength).toBe(0)
  })

  it('loses what the node had in memory when the node hangs up', () => {
    const { network, end, words, run, setReading, transport } = createNetwork()
    const connection = network.connect('10.0.2.1', 'ana', 'node-1', 6379, end)
    run()
    setReading(false)
    for (let index = 0; index < 5; index++) transport().write(chunk, [{ kind: 'message', message: index }])
    run()
    transport().destroy()
    expect(words().filter((line) => line === 'vanished message')).toHaveLength(2)
    setReading(true)
    connection.ready()
    run()
    expect(words().filter((line) => line === 'arrived message')).toHaveLength(3)
    expect(words().at(-1)).toBe('client: ended')
  })
})

it('keeps the order of what is sent, whatever latencies it draws', () => {
  fc.assert(
    fc.property(fc.integer(), fc.array(fc.nat(500), { maxLength: 50 }), (seed, gaps) => {
      const clock = new VirtualClock(0)
      const arrived: number[] = []
      const wire = new Wire(clock, new SeededRandom(seed), latency, new Links(), 'ana', 'node-1', undefined)
      const channel = new Channel<number>(
        wire,
        (parts) => arrived.push(...parts),
        () => undefined,
      )
      let at = 0
      gaps.forEach((gap, index) => {
        at += gap
        clock.after(at, () => channel.send(index, 1))
      })
      while (clock.runNext());
      expect(arrived).toEqual(gaps.map((_, index) => index))
    }),
  )
})

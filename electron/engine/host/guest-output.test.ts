import { Socket } from 'node:net'
import { expect, it } from 'vitest'
import { GuestOutput, GuestTransport } from './guest-output'
import { turn } from './machine'

/** A socket that goes nowhere and notes what is written to it. */
class NotingSocket extends Socket {
  constructor(
    private readonly name: string,
    private readonly log: string[],
  ) {
    super()
  }

  override write(bytes: string | Uint8Array): boolean {
    this.log.push(`${this.name} ${String(bytes)}`)
    return true
  }
}

function guests(...names: string[]): { readonly log: string[]; readonly transports: GuestTransport[] } {
  const log: string[] = []
  const output = new GuestOutput()
  const transports = names.map((name) => new GuestTransport(new NotingSocket(name, log), output, '', () => undefined))
  return { log, transports }
}

it('what a guest gets in one turn is one write, and who had output last is first', async () => {
  const { log, transports } = guests('subscriber', 'publisher')
  const [subscriber, publisher] = transports
  subscriber!.write('a', [])
  publisher!.write(':1', [])
  subscriber!.write('b', [])
  expect(log).toEqual([])
  await turn()
  expect(log).toEqual(['publisher :1', 'subscriber ab'])
})

it('guests whose output begins alike get their own all the same', async () => {
  const { log, transports } = guests('one', 'two', 'three', 'four')
  const [one, two, three, four] = transports
  for (const transport of transports) transport.write('ab', [])
  one!.write('x', [])
  two!.write('y', [])
  three!.write('x', [])
  two!.write('z', [])
  one!.write('z', [])
  expect(two!.unsentLength).toBe(4)
  four!.destroy()
  await turn()
  expect(log).toEqual(['three abx', 'two abyz', 'one abxz'])
  one!.write('later', [])
  await turn()
  expect(log.at(-1)).toBe('one later')
})

it('in a rush, who only listens waits for one turn more, and no longer', async () => {
  const { log, transports } = guests('subscriber', ...Array.from({ length: 8 }, (_, index) => `publisher-${index}`))
  const [subscriber, ...publishers] = transports
  const rush = (message: string) => {
    for (const publisher of publishers) {
      publisher.hasAsked = true
      publisher.write(':1', [])
    }
    subscriber!.write(message, [])
  }
  rush('a')
  await turn()
  expect(log.filter((line) => line.startsWith('subscriber'))).toEqual([])
  expect(log).toHaveLength(8)
  rush('b')
  await turn()
  expect(log.filter((line) => line.startsWith('subscriber'))).toEqual(['subscriber ab'])
  subscriber!.write('c', [])
  await turn()
  expect(log.at(-1)).toBe('subscriber c')
})

import { expect, it } from 'vitest'
import { unpackBatch } from '../../../shared/trace/batch'
import { bytesOf } from '../../../shared/bytes'
import { VirtualClock } from '../../simulator/clock/virtual-clock'
import type { Reply } from '../../simulator/resp/reply'
import { LiveDelivery } from './live-delivery'
import { LiveTrace } from './live-trace'

const bulk = (text: string): Reply => ({ kind: 'bulk', bytes: text })
const array = (...items: Reply[]): Reply => ({ kind: 'array', items })

/** A publisher, and two who listen to what it says. */
class Room {
  readonly clock = new VirtualClock(0)
  readonly trace = new LiveTrace(this.clock, 1, () => 0)
  readonly delivery = new LiveDelivery(this.trace, this.clock, true)
  private readonly peers = new Map<string, { actor: string; connection: number; node: string }>()

  constructor() {
    for (const actor of ['press', 'fast', 'slow']) {
      const peer = { actor, connection: this.peers.size + 1, node: 'node-1' }
      this.peers.set(actor, peer)
      this.delivery.join(actor, actor === 'press' ? 'publisher' : 'subscriber')
      this.delivery.opened(peer, '127.0.0.1:1', 0)
      if (actor === 'press') continue
      this.delivery.want(actor, { kind: 'channel', resource: bytesOf('news') })
      const argv = ['SUBSCRIBE', 'news'].map(bytesOf)
      const tag = this.delivery.sent(peer, argv)
      this.delivery.replied(peer, tag, argv, array(bulk('subscribe'), bulk('news'), { kind: 'integer', value: 1 }))
    }
  }

  publish(payload: string): void {
    const press = this.peers.get('press')!
    const argv = ['PUBLISH', 'news', payload].map(bytesOf)
    const tag = this.delivery.sent(press, argv)
    this.delivery.executed(press, tag, argv, { kind: 'integer', value: 2 })
  }

  receive(actor: string, payload: string): void {
    this.delivery.pushed(this.peers.get(actor)!, array(bulk('message'), bulk('news'), bulk(payload)))
  }

  pass(seconds: number): void {
    const endUs = this.clock.nowUs() + seconds * 1e6
    while ((this.clock.nextUs() ?? Infinity) <= endUs) this.clock.runNext()
    this.clock.advanceTo(endUs)
  }

  told(): string[] {
    return unpackBatch(this.trace.take()!).flatMap((event) =>
      event.type === 'message.delivered' || event.type === 'message.lost'
        ? [`${event.actor} ${event.message} ${event.type === 'message.lost' ? event.why : 'delivered'}`]
        : [],
    )
  }
}

it('waits for who is still being brought what was sent before', () => {
  const room = new Room()
  for (let n = 1; n <= 6; n++) {
    room.publish(`message ${n}`)
    room.receive('fast', `message ${n}`)
  }
  // Each of them is read six seconds later: the last one when it is half a minute old.
  for (let n = 1; n <= 6; n++) {
    room.pass(6)
    room.receive('slow', `message ${n}`)
  }
  room.pass(30)

  expect(room.told()).toEqual([
    ...[1, 2, 3, 4, 5, 6].map((n) => `fast ${n} delivered`),
    ...[1, 2, 3, 4, 5, 6].map((n) => `slow ${n} delivered`),
  ])
})

it('gives up what does not come while nothing else does', () => {
  const room = new Room()
  room.publish('message 1')
  room.receive('fast', 'message 1')
  room.pass(30)

  expect(room.told()).toEqual(['fast 1 delivered', 'slow 1 unknown'])
})

it('gives up what does not come although later messages do', () => {
  const room = new Room()
  for (const payload of ['message 1', 'message 2']) {
    room.publish(payload)
    room.receive('fast', payload)
    room.pass(1)
  }
  room.receive('slow', 'message 2')
  room.pass(30)

  expect(room.told()).toEqual(['fast 1 delivered', 'fast 2 delivered', 'slow 2 delivered', 'slow 1 unknown'])
})

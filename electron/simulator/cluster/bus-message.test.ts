import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BusMessage } from './bus-message'
import { HEADER_LENGTH, MessageType, messageNames, type MessageHeader } from './message-format'
import { MessageWriter } from './message-writer'
import { NodeAddress } from './node-address'
import { BITMAP_BYTES } from './slot-bitmap'

const name = fc.stringMatching(/^[0-9a-f]{40}$/)
const ip = fc.ipV4()
const port = fc.integer({ min: 0, max: 65_535 })
const seconds = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const epoch = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const slots = fc.uint8Array({ minLength: BITMAP_BYTES, maxLength: BITMAP_BYTES }).map((bytes) => Buffer.from(bytes))

const header = (type: number): fc.Arbitrary<MessageHeader> =>
  fc.record({
    type: fc.constant(type),
    sender: name,
    currentEpoch: epoch,
    configEpoch: epoch,
    offset: epoch,
    slots,
    primary: fc.oneof(name, fc.constant('')),
    ip: fc.oneof(ip, fc.constant('')),
    port,
    plainPort: port,
    busPort: port,
    flags: fc.integer({ min: 0, max: 1023 }),
    isOk: fc.boolean(),
    messageFlags: fc.integer({ min: 0, max: 3 }),
  })

const gossip = fc.record({
  address: fc.record({ name, ip, port, busPort: port, plainPort: port }).map((addressed) => NodeAddress.of(addressed)),
  pingSentMs: seconds.map((count) => count * 1000),
  pongReceivedMs: seconds.map((count) => count * 1000),
  flags: fc.integer({ min: 0, max: 1023 }),
})

const writer = new MessageWriter()
const read = (bytes: string) => new BusMessage(Buffer.from(bytes, 'latin1'))

function expectHeader(message: BusMessage, header: MessageHeader): void {
  const { type, sender, currentEpoch, configEpoch, offset, ip, port, plainPort, busPort, flags, isOk } = message
  const { primary, slots, messageFlags, ...rest } = header
  expect({ type, sender, currentEpoch, configEpoch, offset, ip, port, plainPort, busPort, flags, isOk }).toEqual(rest)
  expect(message.primary).toBe(primary === '' ? undefined : primary)
  expect(message.hasSlotsOf(slots)).toBe(true)
  expect([message.isPaused, message.isForced]).toEqual([(messageFlags & 1) > 0, (messageFlags & 2) > 0])
}

describe('a message', () => {
  it('of PING, PONG or MEET is read as it was written', () => {
    const hostname = fc.stringMatching(/^[a-z0-9.-]{0,60}$/)
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1, 2).chain(header),
        fc.array(gossip, { maxLength: 300 }),
        hostname,
        (about, entries, hostname) => {
          writer.begin(about)
          for (const { address, pingSentMs, pongReceivedMs, flags } of entries) {
            writer.addGossip(address, pingSentMs, pongReceivedMs, flags)
          }
          writer.addHostname(hostname)
          const message = read(writer.end())
          expect(message.isSound).toBe(true)
          expectHeader(message, about)
          expect(message.hostname).toBe(hostname)
          expect(message.gossipCount).toBe(entries.length)
          entries.forEach((entry, index) => {
            const address = {
              name: message.gossipName(index),
              ip: message.gossipIp(index),
              port: message.gossipPort(index),
              busPort: message.gossipBusPort(index),
              plainPort: message.gossipPlainPort(index),
            }
            expect(entry.address).toMatchObject(address)
            expect({
              pingSentMs: message.gossipPingSeconds(index) * 1000,
              pongReceivedMs: message.gossipPongSeconds(index) * 1000,
              flags: message.gossipFlags(index),
            }).toEqual({
              pingSentMs: entry.pingSentMs,
              pongReceivedMs: entry.pongReceivedMs,
              flags: entry.flags,
            })
            const known = { idIn: (bytes: DataView, at: number) => (entry.address.isNamedIn(bytes, at) ? 7 : 0) }
            expect(message.gossipId(index, known)).toBe(7)
          })
        },
      ),
      { numRuns: 30 },
    )
  })

  it('of any other type is too', () => {
    fc.assert(
      fc.property(header(MessageType.update), epoch, name, slots, (about, configEpoch, owner, owned) => {
        writer.begin(about)
        writer.addConfiguration(configEpoch, owner, owned)
        const message = read(writer.end())
        expect(message.isSound).toBe(true)
        expectHeader(message, about)
        expect(message.update).toEqual({ configEpoch, name: owner, slots: owned })
      }),
      { numRuns: 20 },
    )
    const bytes = fc.uint8Array({ maxLength: 70_000 }).map((list) => Buffer.from(list).toString('latin1'))
    fc.assert(
      fc.property(header(MessageType.publish), bytes, bytes, name, (about, channel, message, subject) => {
        writer.begin(about)
        writer.addPublication(channel, message)
        const published = read(writer.end())
        expect(published.isSound).toBe(true)
        expect(published.publication).toEqual({ channel, message })
        writer.begin({ ...about, type: MessageType.fail })
        writer.addName(subject)
        const failed = read(writer.end())
        expect([failed.isSound, failed.subject]).toEqual([true, subject])
      }),
      { numRuns: 20 },
    )
  })

  it('that is rubbish is refused, or read without harm', () => {
    const types = fc.integer({ min: 0, max: messageNames.length + 2 })
    const damage = fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { maxLength: 20 })
    fc.assert(
      fc.property(
        types.chain(header),
        fc.array(gossip, { maxLength: 5 }),
        damage,
        fc.nat(4000),
        (about, entries, changes, cut) => {
          writer.begin(about)
          for (const { address, pingSentMs, pongReceivedMs, flags } of entries) {
            writer.addGossip(address, pingSentMs, pongReceivedMs, flags)
          }
          const bytes = Buffer.from(writer.end(), 'latin1')
          for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte
          const message = new BusMessage(bytes.subarray(0, Math.max(0, bytes.length - (cut > 2000 ? 0 : cut))))
          if (!message.isSound) return
          expect(message.sender).toHaveLength(40)
          if (message.isOfPingKind) {
            for (let index = 0; index < message.gossipCount; index++) {
              expect(message.gossipName(index)).toHaveLength(40)
              expect(message.gossipIp(index)).toMatch(/^[0-9a-zA-Z.:_-]*$/)
            }
            expect(message.hostname).toMatch(/^[A-Za-z0-9.-]*$/)
          } else if (message.type === MessageType.publish) {
            expect(message.publication.channel.length).toBeLessThan(bytes.length)
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('has the size and the places of Redis', () => {
    writer.begin({
      type: MessageType.ping,
      sender: 'a'.repeat(40),
      currentEpoch: 1,
      configEpoch: 2,
      offset: 3,
      slots: Buffer.alloc(BITMAP_BYTES, 0xff),
      primary: '',
      ip: '',
      port: 7001,
      plainPort: 0,
      busPort: 17_001,
      flags: 17,
      isOk: true,
      messageFlags: 0,
    })
    const bytes = Buffer.from(writer.end(), 'latin1')
    expect(bytes).toHaveLength(HEADER_LENGTH)
    expect(bytes.subarray(0, 16).toString('hex')).toBe('52436d62000008d000011b5900000000')
    expect(bytes.subarray(2248, 2256).toString('hex')).toBe('4269001100000000')
  })
})

import { Buffer } from 'node:buffer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SeededRandom } from './clock/seeded-random'
import { RequestDecoder } from './resp/request-decoder'
import { randomFrame, split } from './testing/frames'
import { hasRealRedis, RealRedis, type RawClient } from './testing/real-redis'
import { testNode } from './testing/test-client'

const FRAMES = Number(process.env['EVENTYARD_FUZZ'] ?? 1_000_000)
const FRAMES_COMPARED = 3000
const seed = Number(process.env['EVENTYARD_SEED'] ?? Date.now() % 1_000_000)

const ERRORS =
  /^Protocol error: (invalid multibulk length|invalid bulk length|unbalanced quotes in request|expected '\$', got '[\s\S]')$/

describe(`bytes that are no protocol, EVENTYARD_SEED=${seed}`, () => {
  it(`neither break nor stop the decoder (${FRAMES} frames)`, () => {
    const random = new SeededRandom(seed)
    let decoder = new RequestDecoder()
    let commands = 0
    const errors = new Set<string>()
    for (let frame = 0; frame < FRAMES; frame++) {
      const bytes = randomFrame(random)
      const pieces = random.float() < 0.3 ? split(bytes, random) : [bytes]
      for (const piece of pieces) commands += decoder.decode(piece).length
      if (decoder.error === undefined && frame % 50 !== 0) continue
      if (decoder.error !== undefined && !ERRORS.test(decoder.error)) expect.fail(JSON.stringify(decoder.error))
      if (decoder.error !== undefined) errors.add(decoder.error.slice(0, 30))
      decoder = new RequestDecoder()
    }
    expect(commands).toBeGreaterThan(FRAMES / 10)
    expect(errors.size).toBe(4)
  })
})

describe.skipIf(!hasRealRedis())(`corrupted frames beside redis-server, EVENTYARD_SEED=${seed}`, () => {
  let server: RealRedis

  beforeAll(async () => {
    server = await RealRedis.start()
  })

  afterAll(() => server.stop())

  it(`get the same replies and the same ends (${FRAMES_COMPARED} frames)`, async () => {
    const random = new SeededRandom(seed)
    const { connect } = testNode()
    for (let done = 0; done < FRAMES_COMPARED; done += 30) {
      const frames = Array.from({ length: 30 }, () => randomFrame(random, 0.7))
      await Promise.all(
        frames.map(async (frame) => {
          const simulated = connect()
          const real = await server.connect()
          // A greeting behind the frame shows whether the server still listens, and to what.
          const bytes = Buffer.concat([frame, Buffer.from('\r\nPING end\r\n')])
          simulated.handle.receive(bytes)
          real.send(bytes)
          await settle(real, simulated.received.length, simulated.hasEnded)
          const said = { simulated: simulated.received, hasEnded: simulated.hasEnded }
          expect({ frame: frame.toString('latin1'), ...said }).toEqual({
            frame: frame.toString('latin1'),
            simulated: real.received,
            hasEnded: real.hasEnded,
          })
          simulated.handle.closed()
          real.close()
        }),
      )
    }
  })
})

async function settle(real: RawClient, length: number, hasEnded: boolean): Promise<void> {
  await real.until(() => real.received.length >= length && (!hasEnded || real.hasEnded), 300)
}

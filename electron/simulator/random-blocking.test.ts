import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SeededRandom } from './clock/seeded-random'
import { compare, conversation } from './testing/conversation'
import { Pick } from './testing/random-pick'
import { hasRealRedis, RealRedis } from './testing/real-redis'
import { testNode, type TestNode } from './testing/test-client'

const CONVERSATIONS = Number(process.env['EVENTYARD_CONVERSATIONS'] ?? 15)
const STEPS = 60
const seed = Number(process.env['EVENTYARD_SEED'] ?? Date.now() % 1_000_000)

const keys = ['k', 'l', 'm', 'n']
const ends = ['LEFT', 'RIGHT']

const blockings: readonly ((pick: Pick) => string)[] = [
  (pick) => `${pick.of(['BLPOP', 'BRPOP', 'BZPOPMIN', 'BZPOPMAX'])} ${pick.many(keys, 3).join(' ')} 0`,
  (pick) => `BLMOVE ${pick.of(keys)} ${pick.of(keys)} ${pick.of(ends)} ${pick.of(ends)} 0`,
  (pick) => `BRPOPLPUSH ${pick.of(keys)} ${pick.of(keys)} 0`,
  (pick) => `BLMPOP 0 2 ${pick.of(keys)} ${pick.of(keys)} ${pick.of(ends)} COUNT 2`,
  (pick) => `BZMPOP 0 2 ${pick.of(keys)} ${pick.of(keys)} ${pick.of(['MIN', 'MAX'])} COUNT 2`,
]

const others: readonly ((pick: Pick) => string)[] = [
  (pick) => `${pick.of(['RPUSH', 'LPUSH'])} ${pick.of(keys)} ${pick.many(['1', '2', '3'], 3).join(' ')}`,
  (pick) => `${pick.of(['RPUSH', 'LPUSH'])} ${pick.of(keys)} ${pick.many(['1', '2', '3'], 3).join(' ')}`,
  (pick) => `ZADD ${pick.of(keys)} ${pick.of(['1', '2'])} a ${pick.of(['1', '3'])} b`,
  (pick) => `SET ${pick.of(keys)} x`,
  (pick) => `DEL ${pick.of(keys)} ${pick.of(keys)}`,
  (pick) => `RENAME ${pick.of(keys)} ${pick.of(keys)}`,
  (pick) => `COPY ${pick.of(keys)} ${pick.of(keys)} REPLACE`,
  (pick) => `LMOVE ${pick.of(keys)} ${pick.of(keys)} LEFT RIGHT`,
  (pick) => `LPOP ${pick.of(keys)} 2`,
  (pick) => `ZRANGESTORE ${pick.of(keys)} ${pick.of(keys)} 0 -1`,
  (pick) => `TYPE ${pick.of(keys)}`,
  () => 'MULTI',
  () => 'EXEC',
  () => 'EXEC',
]

/** Client a never blocks outside of a transaction, so something goes on happening. */
function randomStep(pick: Pick): string {
  if (pick.chance(0.6)) return pick.of(others)(pick)
  return `${pick.of(['b', 'c', 'd', 'e'])}: ${pick.of(blockings)(pick)}`
}

// Several clients wait for the same few keys while another one makes, moves and deletes them.
describe.skipIf(!hasRealRedis())(`random blocking, EVENTYARD_SEED=${seed}`, () => {
  let server: RealRedis
  let world: TestNode

  beforeAll(async () => {
    server = await RealRedis.start()
    world = testNode({ port: server.port, config: { save: '', bind: '127.0.0.1' } }, Date.now() * 1000)
  })

  afterAll(() => server.stop())

  it.each([2, 3] as const)(
    'serves the same clients in the same order in RESP%i',
    async (resp) => {
      const pick = new Pick(new SeededRandom(seed + resp))
      for (let count = 0; count < CONVERSATIONS; count++) {
        const steps = Array.from({ length: STEPS }, () => randomStep(pick))
        const [first] = await compare(conversation(`number ${count}`, ...steps), resp, world, server)
        const script = first && steps.slice(0, steps.indexOf(first.step) + 1 || undefined)
        expect(first, `EVENTYARD_SEED=${seed}\n${script?.join('\n')}`).toBeUndefined()
      }
    },
    30_000,
  )
})

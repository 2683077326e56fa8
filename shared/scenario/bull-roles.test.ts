import { describe, expect, it } from 'vitest'
import { actorSchema } from './actor-roles'

const problemOf = (spec: object) => actorSchema.safeParse(spec).error?.issues[0]?.message

describe('roles of BullMQ', () => {
  it.each([
    [{ role: 'bull-producer', queue: 'a:b' }, 'has a colon in it'],
    [{ role: 'bull-producer', queue: 'a', backoff: { delay: '1s' } }, 'tried once'],
    [{ role: 'bull-producer', queue: 'a', attempts: 2, backoff: { delay: '500us' } }, 'whole number of milliseconds'],
    [{ role: 'bull-producer', queue: 'a', priorities: [1.5] }, 'expected int'],
    [{ role: 'bull-worker', queue: 'a', lockDuration: '0s' }, 'whole number of milliseconds'],
    [{ role: 'bull-worker', queue: 'a', handler: 'log(1)', concurrency: 2 }, 'has a handler for several jobs at once'],
  ])('%j says what is wrong', (spec, problem) => {
    expect(problemOf(spec)).toContain(problem)
  })

  it("has BullMQ's own defaults", () => {
    expect(actorSchema.parse({ role: 'bull-worker', queue: '{a}' })).toMatchObject({
      ...{ concurrency: 1, lockDuration: 30_000_000, stalledInterval: 30_000_000, maxStalledCount: 1 },
    })
  })
})

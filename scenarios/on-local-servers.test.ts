/**
 * Built-in scenarios keep their word on a redis-server that is started for them, too: some naive and sound ones, or all
 * that can with EVENTYARD_LIVE_SCENARIOS=all, which takes minutes. docs/patterns.md says why others cannot. Where a fault
 * has to meet an actor at work, real time may let it miss: such a scenario is not among the few.
 */
import { describe, expect, it } from 'vitest'
import { eventyard } from '../electron/cli/testing/command-line'
import { hasRealRedis } from '../electron/simulator/testing/real-redis'

const few = [
  'chat-room',
  'chat-room-on-a-stream',
  'reliable-queue',
  'topic-patterns',
  'topic-patterns-once',
  'trigger-loop',
  'trigger-without-a-loop',
]
const more = [
  'bullmq-lock-held',
  'bullmq-lock-lost',
  'competing-consumers',
  'consumer-group',
  'dead-letter',
  'delayed-queue',
  'delayed-queue-moved-twice',
  'expiry-by-delayed-queue',
  'fan-in',
  'fan-in-by-a-set',
  'idempotent-consumer',
  'outbox',
  'poison',
  'priority-starves',
  'priority-with-a-share',
  'recovery',
  'recovery-too-eager',
  'reliable-queue-with-two-owners',
  'request-and-reply',
  'request-and-reply-on-lists',
  'retry-storm',
  'retry-with-jitter',
  'sentinel-failover',
  'slow-reader-of-a-stream',
]

const names = process.env['EVENTYARD_LIVE_SCENARIOS'] === 'all' ? [...few, ...more] : few

describe.skipIf(!hasRealRedis())('on a local server', () => {
  // Several at once: they do little more than wait.
  it.concurrent.each(names)('%s meets its expectations', async (name) => {
    const { code, stdout, stderr } = await eventyard('run', name, '--on', 'local', '--json')

    expect(stderr).toBe('')
    const { expectations } = JSON.parse(stdout)
    expect(expectations.filter((one: { ok: boolean }) => !one.ok)).toEqual([])
    expect(code).toBe(0)
  })
})

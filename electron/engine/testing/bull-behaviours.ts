import type { Behaviour } from './behaviours'

/** What is done with BullMQ. The tag keeps all keys of a queue in one slot, where there are slots. */
export const bullBehaviours: readonly Behaviour[] = [
  {
    name: 'does each job of a BullMQ queue once, those that fail after their backoff again',
    scenario: `
actors:
  shop: { role: bull-producer, queue: "{orders}", rate: 100/s, times: 20, attempts: 2, backoff: { type: fixed, delay: 200ms } }
  bad: { role: bull-producer, queue: "{orders}", rate: 100/s, times: 1, message: poison, attempts: 3, backoff: { delay: 50ms } }
  packer: { role: bull-worker, queue: "{orders}", count: 2, concurrency: 2, work: 5ms, poison: "poison" }
steps:
  - start: all
  - until: "handled({orders}) = 20 and deadlettered = 1"
    within: 20s
  - after: 200ms
expect: { sent(shop): 20, "failures({orders})": 3, "retried({orders})": 2, lost: 0, "in_flight({orders})": 0, handled_twice: 0 }
`,
  },
  {
    name: 'finds the job of a BullMQ worker that was killed',
    scenario: `
actors:
  shop: { role: bull-producer, queue: "{orders}", rate: 100/s, times: 10 }
  slow: { role: bull-worker, queue: "{orders}", work: 60s, lockDuration: 1s, stalledInterval: 300ms }
  packer: { role: bull-worker, queue: "{orders}", work: 5ms, stalledInterval: 300ms }
steps:
  - start: [shop, slow]
  - until: taken(slow) = 1
    within: 10s
  - after: 200ms
    fault: { kill: slow }
  - start: packer
  - until: handled(packer) = 10
    within: 20s
  - after: 300ms
expect: { claimed: 1, lost: 0, "in_flight({orders})": 0, handled_twice: 0, failures: 0 }
`,
  },
  {
    name: 'does the job of a BullMQ worker twice that stood still for longer than its lock',
    scenario: `
actors:
  shop: { role: bull-producer, queue: "{orders}", rate: 100/s, times: 1 }
  slow: { role: bull-worker, queue: "{orders}", work: 500ms, lockDuration: 800ms, stalledInterval: 300ms }
  packer: { role: bull-worker, queue: "{orders}", work: 5ms, stalledInterval: 300ms }
steps:
  - start: [shop, slow]
  - until: taken(slow) = 1
    within: 10s
  - after: 100ms
    fault: { pause: slow, for: 6s }
  - start: packer
  - until: handled(packer) = 1
    within: 20s
  - until: failures(slow) = 1
    within: 20s
expect: { claimed: 1, handled(slow): 1, handled_twice: 1, acknowledged: 1, lost: 0, "in_flight({orders})": 0 }
`,
  },
]

import { bullBehaviours } from './bull-behaviours'
import { queueBehaviours } from './queue-behaviours'
import { triggerBehaviours } from './trigger-behaviours'

/**
 * What actors do, and what must come of it on whatever servers they do it: simulated ones and real ones. Each is a part
 * of a scenario, whose expectations hold everywhere. Who adds a role adds what it does here.
 */
export interface Behaviour {
  readonly name: string
  /** `actors`, `steps` and `expect` of a scenario. */
  readonly scenario: string
  /** Parameters of redis.conf that it needs. */
  readonly config?: string
}

const messageBehaviours: readonly Behaviour[] = [
  {
    name: 'delivers each message once to each subscriber',
    scenario: `
actors:
  press: { role: publisher, channel: news, rate: 100/s, times: 30 }
  ana: { role: subscriber, channels: [news] }
  ben: { role: subscriber, channels: [news] }
steps:
  - start: [ana, ben]
  - until: listening = 2
    within: 20s
  - start: press
  - until: sent(press) = 30
    within: 5s
  - after: 300ms
expect: { sent: 30, delivered(ana): 30, delivered(ben): 30, lost: 0, in_flight: 0 }
`,
  },
  {
    name: 'delivers twice to who listens to the channel and to a pattern that matches it',
    scenario: `
actors:
  press: { role: publisher, channel: news.eu, rate: 100/s, times: 10 }
  ana: { role: subscriber, channels: [news.eu], patterns: ["news.*"] }
  ben: { role: subscriber, patterns: ["news.?u"] }
steps:
  - start: [ana, ben]
  - until: listening = 3
    within: 20s
  - start: press
  - until: sent(press) = 10
    within: 5s
  - after: 300ms
expect: { delivered(ana): 20, delivered(ben): 10, lost: 0, in_flight: 0 }
`,
  },
  {
    name: 'keeps what is published to shards apart from what is published to all',
    scenario: `
actors:
  shop: { role: client, command: "SPUBLISH orders:{eu} order-{{n}}", rate: 100/s, times: 10 }
  press: { role: publisher, channel: "orders:{eu}", rate: 100/s, times: 5 }
  ana: { role: subscriber, sharded: ["orders:{eu}"] }
  ben: { role: subscriber, channels: ["orders:{eu}"] }
steps:
  - start: [ana, ben]
  - until: listening = 2
    within: 20s
  - start: [shop, press]
  - until: sent(shop) = 10
    within: 5s
  - after: 400ms
expect: { delivered(ana): 10, delivered(ben): 5, lost: 0, in_flight: 0 }
`,
  },
  {
    name: 'loses what is said while a subscriber is away, and nothing after it is back',
    scenario: `
actors:
  press: { role: publisher, channel: news }
  ana: { role: subscriber, channels: [news] }
  ben: { role: subscriber, channels: [news] }
steps:
  - start: all
  - until: connected = 3 and listening = 2
    within: 20s
  - publish: { as: press, channel: news, message: one }
  - after: 200ms
    disconnect: ana
  - after: 200ms
    publish: { as: press, channel: news, message: two }
  - publish: { as: press, channel: news, message: three }
  - after: 200ms
    connect: ana
  - until: listening(ana) = 1
    within: 20s
  - publish: { as: press, channel: news, message: four }
  - after: 300ms
expect: { sent: 4, delivered(ana): 2, lost(ana): 2, delivered(ben): 4, lost(ben): 0, in_flight: 0 }
`,
  },
  {
    name: 'tells of messages that nobody hears',
    scenario: `
actors:
  press: { role: publisher, channel: news }
steps:
  - start: all
  - until: connected = 1
    within: 20s
  - after: 600ms
    publish: { as: press, channel: news, message: hello }
  - after: 200ms
expect: { sent: 1, lost: 1, delivered: 0, in_flight: 0 }
`,
  },
  {
    name: 'hears no more from a channel that it has left',
    scenario: `
actors:
  press: { role: publisher, channel: news }
  ana: { role: subscriber, channels: [news, other] }
steps:
  - start: all
  - until: connected = 2 and listening = 2
    within: 20s
  - publish: { as: press, channel: news, message: one }
  - after: 200ms
    unsubscribe: { as: ana, channels: [news] }
  - until: listening = 1
    within: 20s
  - publish: { as: press, channel: news, message: two }
  - publish: { as: press, channel: other, message: three }
  - after: 300ms
expect: { sent: 3, delivered(ana): 2, lost(ana): 0, in_flight: 0 }
`,
  },
  {
    name: 'sends payloads in turn, several at once, and stops after so many',
    scenario: `
actors:
  press: { role: publisher, channel: news, rate: 5/s, burst: 4, times: 10, messages: [one, two, three] }
  ana: { role: subscriber, channels: [news] }
steps:
  - start: ana
  - until: listening = 1
    within: 20s
  - start: press
  - until: delivered(ana) = 10
    within: 5s
  - after: 500ms
expect: { sent: 10, delivered(ana): 10, in_flight: 0 }
`,
  },
  {
    name: 'publishes to a shard, and to nobody else',
    scenario: `
actors:
  press: { role: publisher, channel: news, sharded: true, rate: 20/s, times: 5, message: "{{random 1 6}}" }
  ana: { role: subscriber, sharded: [news] }
  ben: { role: subscriber, channels: [news] }
steps:
  - start: [ana, ben]
  - until: listening = 2
    within: 20s
  - start: press
  - until: delivered(ana) = 5
    within: 5s
  - after: 300ms
expect: { sent: 5, delivered(ana): 5, delivered(ben): 0, lost(ben): 0, in_flight: 0 }
`,
  },
  {
    name: 'answers each command once, and counts those that fail',
    scenario: `
actors:
  shop: { role: client, command: "INCR orders", rate: 200/s, times: 40 }
  clerk: { role: client }
steps:
  - start: all
  - until: connected = 2
    within: 20s
  - after: 600ms
    send: SET name text
    as: clerk
  - send: INCR name
    as: clerk
  - until: answered(shop) = 40
    within: 5s
  - after: 300ms
expect: { answered(shop): 40, failed(shop): 0, failed(clerk): 1, answered(clerk): 1, value(orders): 40 }
`,
  },
]

export const behaviours: readonly Behaviour[] = [
  ...messageBehaviours,
  ...queueBehaviours,
  ...triggerBehaviours,
  ...bullBehaviours,
]

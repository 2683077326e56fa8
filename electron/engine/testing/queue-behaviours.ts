import type { Behaviour } from './behaviours'

/** What is done with queues. The tags keep what belongs together in one slot, where there are slots. */
export const queueBehaviours: readonly Behaviour[] = [
  {
    name: 'takes each job of a list once, and loses the one in the hand of a consumer that is killed',
    scenario: `
actors:
  shop: { role: producer, list: orders, rate: 100/s, times: 30 }
  slow: { role: consumer, list: orders, work: 60s }
  packer: { role: consumer, list: orders, count: 2, work: 5ms }
steps:
  - start: [shop, slow]
  - until: taken(slow) = 1
    within: 5s
  - fault: { kill: slow }
  - start: packer
  - until: handled(orders) = 29 and sent(shop) = 30
    within: 10s
  - after: 200ms
expect: { sent(orders): 30, handled(orders): 29, lost(orders): 1, in_flight(orders): 0, handled_twice: 0 }
`,
  },
  {
    name: 'finishes the job in its hand when it is stopped',
    scenario: `
actors:
  shop: { role: producer, list: orders, rate: 50/s, times: 3 }
  packer: { role: consumer, list: orders, work: 400ms }
steps:
  - start: all
  - until: taken(packer) = 1
    within: 5s
  - stop: packer
  - until: handled(packer) = 1 and sent(shop) = 3
    within: 5s
  - after: 600ms
expect: { taken(packer): 1, acknowledged(packer): 1, lost: 0, in_flight(orders): 2, value(orders): 2 }
`,
  },
  {
    name: 'puts back what a killed consumer of a reliable list had',
    scenario: `
actors:
  shop: { role: producer, list: "{orders}", rate: 100/s, times: 20 }
  slow: { role: consumer, list: "{orders}", reliable: true, lease: 500ms, work: 60s }
  packer: { role: consumer, list: "{orders}", reliable: true, lease: 20s, work: 5ms }
  keeper: { role: reclaimer, list: "{orders}", every: 200ms }
steps:
  - start: [shop, slow]
  - until: taken(slow) = 1
    within: 5s
  - after: 200ms
    fault: { kill: slow }
  - start: [packer, keeper]
  - until: handled(packer) = 20
    within: 10s
  - after: 300ms
expect: { claimed: 1, lost: 0, in_flight: 0, handled_twice: 0, "value({orders})": 0 }
`,
  },
  {
    name: 'throws its work away when its lease ran out while it stood still',
    scenario: `
actors:
  shop: { role: producer, list: "{orders}", rate: 100/s, times: 1 }
  slow: { role: consumer, list: "{orders}", reliable: true, lease: 900ms, checked: true, work: 600ms }
  packer: { role: consumer, list: "{orders}", reliable: true, lease: 20s, checked: true, work: 5ms }
  keeper: { role: reclaimer, list: "{orders}", every: 200ms }
steps:
  - start: [shop, slow]
  - until: taken(slow) = 1
    within: 5s
  - after: 200ms
    fault: { pause: slow, for: 3s }
  - start: [packer, keeper]
  - until: handled(packer) = 1
    within: 10s
  - until: failures(slow) = 1
    within: 6s
expect: { claimed: 1, handled: 1, handled(slow): 0, lost: 0, in_flight: 0, handled_twice: 0 }
`,
  },
  {
    name: 'moves delayed jobs when they are due, and none before',
    scenario: `
actors:
  shop: { role: producer, delayed: "{later}", delay: 3s, rate: 100/s, times: 10 }
  porter: { role: mover, from: "{later}", to: "{later}:now", every: 50ms }
  packer: { role: consumer, list: "{later}:now", work: 1ms }
steps:
  - start: [porter, packer]
  - until: connected = 2
    within: 20s
  - start: shop
  - until: sent(shop) = 10
    within: 2s
  - expect: moved = 0
  - until: handled(packer) = 10
    within: 8s
  - after: 200ms
expect: { "moved({later})": 10, lost: 0, in_flight: 0, handled_twice: 0, "value({later})": 0 }
`,
  },
  {
    name: 'serves the most urgent first',
    scenario: `
actors:
  shop: { role: producer, priority: orders, priorities: [3, 1, 2], rate: 50/s, times: 9 }
  packer: { role: consumer, priority: orders, work: 1ms }
steps:
  - start: shop
  - until: sent(shop) = 9
    within: 5s
  - start: packer
  - until: handled(packer) = 9
    within: 5s
  - after: 200ms
expect: { out_of_order: 5, lost: 0, in_flight: 0, handled_twice: 0 }
`,
  },
  {
    name: 'looks at its lists in their order',
    scenario: `
actors:
  low: { role: producer, list: "{jobs}:low", rate: 100/s, times: 5 }
  high: { role: producer, list: "{jobs}:high", rate: 100/s, times: 5 }
  packer: { role: consumer, lists: ["{jobs}:high", "{jobs}:low"], work: 300ms }
steps:
  - start: [low, high]
  - until: sent(low) = 5 and sent(high) = 5
    within: 5s
  - start: packer
  - until: "handled({jobs}:high) = 5"
    within: 5s
  - expect: "handled({jobs}:low) = 0"
  - until: handled(packer) = 10
    within: 5s
  - after: 200ms
expect: { lost: 0, in_flight: 0 }
`,
  },
  {
    name: 'gives each entry of a stream to one consumer of each group',
    scenario: `
actors:
  shop: { role: producer, stream: orders, rate: 100/s, times: 30 }
  billing: { role: consumer, stream: orders, group: billing, count: 3, batch: 5, work: 1ms }
  archive: { role: consumer, stream: orders, group: archive, batch: 10, work: 1ms }
steps:
  - start: [billing, shop]
  - until: sent(shop) = 30
    within: 5s
  - start: archive
  - until: handled(orders) = 60
    within: 5s
  - after: 200ms
expect: { handled(orders): 60, acknowledged(orders): 60, lost: 0, in_flight: 0, handled_twice: 0, value(orders): 30 }
`,
  },
  {
    name: 'takes over the entries of a consumer that was killed',
    scenario: `
actors:
  shop: { role: producer, stream: orders, burst: 5, rate: 100/s, times: 5 }
  slow: { role: consumer, stream: orders, group: g, batch: 5, work: 60s }
  billing: { role: consumer, stream: orders, group: g, batch: 5, claim: 500ms, every: 200ms, work: 1ms }
steps:
  - start: [shop]
  - until: sent(orders) >= 5
    within: 5s
  - start: slow
  - until: taken(slow) = 5
    within: 5s
  - fault: { kill: slow }
  - start: billing
  - until: claimed(orders) = 5
    within: 8s
  - until: in_flight(orders) = 0
    within: 5s
  - after: 200ms
expect: { lost: 0, in_flight: 0, handled_twice: 0, failures: 0, handled(slow): 0 }
`,
  },
  {
    name: 'reads what it had not acknowledged, after it was killed and started again',
    scenario: `
actors:
  shop: { role: producer, stream: orders, rate: 100/s, times: 3 }
  billing: { role: consumer, stream: orders, group: g, batch: 3, resume: true, work: 700ms }
steps:
  - start: shop
  - until: sent(shop) = 3
    within: 5s
  - start: billing
  - until: taken(billing) = 3
    within: 5s
  - fault: { kill: billing, for: 500ms }
  - until: handled(billing) = 3
    within: 10s
  - after: 300ms
expect: { taken(billing): 6, handled: 3, acknowledged: 3, lost: 0, in_flight: 0, handled_twice: 0 }
`,
  },
  {
    name: 'puts aside what fails for ever: a job of a list after its retries, an entry after its deliveries',
    scenario: `
actors:
  shop: { role: producer, list: "{mail}", rate: 100/s, times: 10, message: "mail {{n}}" }
  mailer:
    role: consumer
    list: "{mail}"
    reliable: true
    attempts: 3
    backoff: 200ms
    every: 100ms
    dead: "{mail}:dead"
    poison: "mail 7"
    work: 1ms
  press: { role: producer, stream: "{news}", rate: 100/s, times: 10, message: "news {{n}}" }
  reader:
    role: consumer
    stream: "{news}"
    group: g
    claim: 300ms
    every: 100ms
    attempts: 3
    dead: "{news}:dead"
    atomic: true
    poison: "news 4"
    work: 1ms
steps:
  - start: all
  - until: handled(mailer) = 9 and handled(reader) = 9
    within: 8s
  - until: deadlettered = 2
    within: 8s
  - after: 200ms
expect:
  failures(mailer): 3
  retried(mailer): 2
  failures(reader): 3
  "value({mail}:dead)": 1
  "value({news}:dead)": 1
  "value({mail})": 0
  lost: 0
  "in_flight({mail})": 0
  "in_flight({news})": 0
`,
  },
  {
    name: 'tries again after a while that doubles',
    scenario: `
actors:
  shop: { role: producer, list: "{mail}", rate: 100/s, times: 1 }
  mailer:
    role: consumer
    list: "{mail}"
    attempts: 5
    backoff: 300ms
    every: 50ms
    work: 1ms
    handler: |
      if (message.attempt < 4) fail('not yet')
steps:
  - start: all
  - until: failures(mailer) = 3
    within: 6s
  # 300 and 600 ms have passed, and 1200 are to come.
  - after: 900ms
    expect: handled(mailer) = 0
  - until: handled(mailer) = 1
    within: 4s
  - after: 200ms
expect: { failures: 3, retried: 3, handled: 1, lost: 0, in_flight: 0 }
`,
  },
  {
    name: 'answers over a channel, and nobody where nobody listens',
    scenario: `
actors:
  asker: { role: requester, channel: ask, timeout: 2s, rate: 50/s, times: 10 }
  deaf: { role: requester, channel: nowhere, timeout: 500ms, rate: 50/s, times: 3 }
  oracle: { role: responder, channel: ask, work: 5ms }
steps:
  - start: oracle
  - until: listening = 1
    within: 20s
  - start: all
  - until: acknowledged(asker) = 10
    within: 5s
  - after: 800ms
expect: { handled(oracle): 10, in_flight(ask): 0, lost(ask): 0, failures(asker): 0, acknowledged(deaf): 0 }
`,
  },
  {
    name: 'answers over lists what was asked before it came',
    scenario: `
actors:
  asker: { role: requester, list: ask, count: 3, timeout: 8s, rate: 50/s, times: 1 }
  oracle: { role: responder, list: ask, work: 5ms }
steps:
  - start: asker
  - until: sent(ask) = 3
    within: 20s
  - after: 300ms
    start: oracle
  - until: acknowledged(asker-1) = 1 and acknowledged(asker-2) = 1 and acknowledged(asker-3) = 1
    within: 5s
expect: { handled(oracle): 3, in_flight(ask): 0, lost: 0, refused: 0 }
`,
  },
]

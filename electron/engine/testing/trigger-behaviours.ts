import type { Behaviour } from './behaviours'

/** What triggers and handlers do. */
export const triggerBehaviours: readonly Behaviour[] = [
  {
    name: 'acts on key events, on whichever node they are told',
    config: 'notify-keyspace-events: EA',
    scenario: `
actors:
  clerk: { role: client }
  reminder: { role: trigger, on: "expired cart:*", everywhere: true, do: "LPUSH reminders {{key}}" }
  counter: { role: trigger, on: "set user:*", everywhere: true, do: "INCR users" }
steps:
  - start: all
  - until: connected = 3
    within: 20s
  - after: 2500ms
    send: SET cart:1 full PX 100
    as: clerk
  - send: SET cart:2 full PX 100
    as: clerk
  - send: SET cart:3 full PX 100
    as: clerk
  - send: SET other:3 full PX 100
    as: clerk
  - send: SET user:1 ann
    as: clerk
  - send: SET user:2 ben
    as: clerk
  - until: value(reminders) = 3
    within: 6s
  - after: 300ms
expect: { value(reminders): 3, value(users): 2, failed: 0 }
`,
  },
  {
    name: 'acts on messages, on new entries, on a threshold once for each crossing, and by a schedule',
    scenario: `
actors:
  clerk: { role: client }
  press: { role: publisher, channel: news.eu }
  one: { role: trigger, on: message news.eu, when: n < 3, do: "RPUSH said {{message}}" }
  all-news: { role: trigger, on: pmessage news.*, do: "INCR heard" }
  entries: { role: trigger, on: entry orders, do: "INCR entries" }
  alarm: { role: trigger, on: length jobs > 2, every: 100ms, do: "INCR alarms" }
  clock: { role: trigger, on: every 200ms, when: n <= 3, do: "INCR ticks" }
steps:
  - start: all
  - until: connected = 7 and listening = 2
    within: 20s
  - publish: { as: press, channel: news.eu, message: hello }
  - publish: { as: press, channel: news.eu, message: world }
  - publish: { as: press, channel: news.eu, message: again }
  - send: XADD orders * id 1
    as: clerk
  - send: XADD orders * id 2
    as: clerk
  - send: RPUSH jobs a b c d
    as: clerk
  - until: value(alarms) = 1
    within: 5s
  - after: 500ms
    send: LTRIM jobs 0 0
    as: clerk
  - after: 500ms
    send: RPUSH jobs b c d
    as: clerk
  - until: value(alarms) = 2
    within: 5s
  - until: value(entries) = 2 and value(heard) = 3 and value(ticks) = 3
    within: 5s
  - after: 300ms
expect: { value(said): 2, value(heard): 3, value(entries): 2, value(alarms): 2, value(ticks): 3 }
`,
  },
  {
    name: 'stops a trigger that sets itself off',
    config: 'notify-keyspace-events: EA',
    scenario: `
actors:
  clerk: { role: client }
  echo: { role: trigger, on: "incrby {loop}:*", everywhere: true, do: "INCR {loop}:n" }
steps:
  - start: all
  - until: connected = 2
    within: 20s
  - after: 2500ms
    send: INCR {loop}:n
    as: clerk
  - until: connected(echo) = 0
    within: 8s
  - after: 300ms
expect: { "value({loop}:n)": "< 60" }
`,
  },
  {
    name: 'runs a handler that calls, sleeps, publishes and fails',
    scenario: `
actors:
  shop: { role: producer, list: "{mail}", rate: 100/s, times: 6, message: "{{n}}" }
  ana: { role: subscriber, channels: [done] }
  mailer:
    role: consumer
    list: "{mail}"
    work: 1ms
    attempts: 2
    every: 50ms
    handler: |
      const n = Number(message.body)
      await redis.call('INCRBY', 'sum', n)
      await sleep(20)
      if (n === 3 && message.attempt === 1) fail('once more')
      await publish('done', message.body)
steps:
  - start: ana
  - until: listening = 1
    within: 20s
  - start: all
  - until: handled(mailer) = 6
    within: 8s
  - after: 500ms
expect: { value(sum): 24, delivered(ana): 6, failures: 1, retried: 1, handled: 6, "in_flight({mail})": 0, lost: 0 }
`,
  },
]

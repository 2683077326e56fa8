/** A hand-made chat room of half a minute, for tests and for looking at the window without an engine. */
import type { EventInput } from '../../shared/trace/event-types'

export interface Timed {
  readonly t: number
  readonly event: EventInput
}

const NODE = 'node-1'
const LATENCY_US = 900
export const FIXTURE_ENDS_US = 30_000_000

interface Cast {
  readonly name: string
  readonly role: 'publisher' | 'subscriber'
  readonly kind: 'publish' | 'channel' | 'pattern'
  readonly resource: string
}

const cast: readonly Cast[] = [
  { name: 'ana', role: 'publisher', kind: 'publish', resource: 'chatroom' },
  { name: 'ben', role: 'publisher', kind: 'publish', resource: 'chatroom' },
  { name: 'cem', role: 'subscriber', kind: 'channel', resource: 'chatroom' },
  { name: 'dora', role: 'subscriber', kind: 'channel', resource: 'chatroom' },
  { name: 'eve', role: 'subscriber', kind: 'pattern', resource: 'chat*' },
]

/** The whole trace in order; causes are the `seq`s the events will get when they are appended from 1. */
export function chatTrace(): Timed[] {
  const trace: Timed[] = []
  let message = 0
  const add = (t: number, event: EventInput): number => trace.push({ t, event })

  add(0, { type: 'run.started', scenario: 'chat-room', seed: 7 })
  add(0, { type: 'node.started', node: NODE, role: 'primary', address: '10.0.0.1:6379' })
  for (const { name, role, kind, resource } of cast) {
    add(0, { type: 'actor.joined', actor: name, role, rate: 0, template: '' })
    add(0, { type: 'actor.bound', actor: name, resource, kind })
  }
  add(0, { type: 'step.started', step: 1, text: 'Two people talk, **three** listen to `chatroom`.' })
  cast.forEach(({ name, role, kind, resource }, index) =>
    connect(name, index + 1, 1000 + index * 10, role, kind, resource),
  )
  add(4000, { type: 'step.ended', step: 1 })

  const away = { from: 6_000_000, to: 12_000_000 }
  const lines = ['hello everybody', 'anybody here?', 'the deploy went fine', 'lunch?', 'see you at 3', 'über 10 € 好']
  const speaking: { t: number; who: Cast; connection: number }[] = []
  for (let t = 700_000; t < FIXTURE_ENDS_US; t += 830_000) speaking.push({ t, who: cast[0]!, connection: 1 })
  for (let t = 1_100_000; t < FIXTURE_ENDS_US; t += 1_270_000) speaking.push({ t, who: cast[1]!, connection: 2 })
  speaking.push({ t: away.from, who: cast[3]!, connection: 0 }, { t: away.to, who: cast[3]!, connection: 0 })
  speaking.sort((a, b) => a.t - b.t)
  for (const { t, who, connection } of speaking) {
    if (t === away.from && who.name === 'dora') {
      add(t, { type: 'step.started', step: 2, text: 'dora closes her laptop. What is said now is *gone* for her.' })
      add(t, {
        type: 'connection.closed',
        actor: 'dora',
        connection: 4,
        node: NODE,
        why: 'disconnected by the scenario',
      })
    } else if (t === away.to && who.name === 'dora') {
      add(t, { type: 'step.started', step: 3, text: 'dora is back. Pub/Sub kept nothing for her.' })
      connect('dora', 6, t + 1000, 'subscriber', 'channel', 'chatroom')
    } else {
      const text = lines[message % lines.length]!
      say(who, connection, t, text, t > away.from && t < away.to)
    }
  }
  add(FIXTURE_ENDS_US, { type: 'expectation.passed', expression: 'lost >= 1', actual: '12' })
  add(FIXTURE_ENDS_US, { type: 'expectation.passed', expression: 'delivered(cem) = sent', actual: '57' })
  add(FIXTURE_ENDS_US, { type: 'script.ended', passed: 2, failed: 0 })
  return trace

  function connect(name: string, id: number, t: number, role: string, kind: string, resource: string): void {
    const at = { actor: name, connection: id, node: NODE }
    const opened = add(t, { type: 'connection.opened', ...at, address: `10.0.1.${id}:40${id}00` })
    const hello = add(t, { type: 'command.sent', ...at, command: 'HELLO 3', cause: opened })
    add(t + LATENCY_US, { type: 'command.replied', ...at, reply: '%7 server redis', failed: 0, cause: hello })
    if (role !== 'subscriber') return
    const verb = kind === 'pattern' ? 'PSUBSCRIBE' : 'SUBSCRIBE'
    const sent = add(t + LATENCY_US, { type: 'command.sent', ...at, command: `${verb} ${resource}`, cause: opened })
    add(t + LATENCY_US * 2, { type: 'subscription.opened', actor: name, resource, kind, cause: sent })
  }

  function say(who: Cast, connection: number, t: number, text: string, isDoraAway: boolean): void {
    const id = ++message
    const payload = latin1(text)
    const at = { actor: who.name, connection, node: NODE }
    const sent = add(t, { type: 'command.sent', ...at, command: `PUBLISH chatroom "${payload}"` })
    const receivers = isDoraAway ? 2 : 3
    const published = add(t + LATENCY_US, {
      type: 'message.published',
      ...at,
      channel: 'chatroom',
      message: id,
      payload,
      receivers,
      cause: sent,
    })
    if (isDoraAway) {
      add(t + LATENCY_US, {
        type: 'message.lost',
        actor: 'dora',
        channel: 'chatroom',
        message: id,
        why: 'disconnected',
        cause: published,
      })
    }
    cast.forEach(({ name, role, kind, resource }, index) => {
      if (role !== 'subscriber' || (isDoraAway && name === 'dora')) return
      const latencyUs = 600 + ((id * 7 + index * 131) % 500)
      add(t + LATENCY_US + latencyUs, {
        type: 'message.delivered',
        actor: name,
        connection: index + 1,
        node: NODE,
        channel: 'chatroom',
        pattern: kind === 'pattern' ? resource : '',
        message: id,
        latencyUs,
        cause: published,
      })
    })
    add(t + LATENCY_US * 2 + 400, { type: 'command.replied', ...at, reply: `:${receivers}`, failed: 0, cause: sent })
  }
}

function latin1(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text))
}

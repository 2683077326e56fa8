/** Scenarios by chance: a deployment, queues of every kind with their actors, a channel, and faults that are healed. */
import { SeededRandom } from '../../simulator/clock/seeded-random'

export interface RandomScenario {
  readonly text: string
  readonly hasTrimming: boolean
}

const QUEUES = [
  'list',
  'reliable',
  'reliable and checked',
  'stream',
  'stream with recovery',
  'trimmed stream',
  'delayed',
] as const

export function randomScenario(seed: number): RandomScenario {
  const random = new SeededRandom(seed)
  const pick = <T>(values: readonly T[]): T => values[random.integer(0, values.length - 1)]!
  const topology = pick(['standalone', 'replicated', 'cluster'] as const)
  const deployment = {
    standalone: '{ topology: standalone, latency: 1ms..3ms }',
    replicated: '{ topology: replicated, replicas: 2, sentinels: 3, latency: 1ms..3ms }',
    cluster: '{ topology: cluster, primaries: 3, replicas: 1, latency: 1ms..3ms }',
  }[topology]
  const actors: string[] = [
    'ana: { role: publisher, channel: news, rate: 10/s }',
    'cleo: { role: subscriber, channels: [news], count: 1 }'.replace(', count: 1', ''),
    'dan: { role: subscriber, patterns: ["ne*"] }',
  ]
  const people = ['ana', 'cleo', 'dan']
  const producers = ['ana']
  let hasTrimming = false
  for (let queue = 1; queue <= 3; queue++) {
    const kind = pick(QUEUES)
    const key = `"{q${queue}}jobs"`
    const work = pick(['5ms', '20ms..60ms', '100ms..200ms'])
    const count = random.integer(1, 3)
    const where = kind.includes('stream') ? `stream: ${key}` : `list: ${key}`
    const trim = kind === 'trimmed stream' ? ', maxlen: 30, exact: true' : ''
    hasTrimming ||= kind === 'trimmed stream'
    const put = kind === 'delayed' ? `delayed: "{q${queue}}later", delay: 100ms..2s` : where + trim
    actors.push(`shop-${queue}: { role: producer, ${put}, rate: ${random.integer(5, 20)}/s }`)
    producers.push(`shop-${queue}`)
    const how = {
      list: '',
      delayed: '',
      reliable: ', reliable: true, lease: 2s',
      'reliable and checked': ', reliable: true, lease: 2s, checked: true',
      stream: `, batch: ${random.integer(1, 5)}`,
      'stream with recovery': `, batch: 3, claim: 5s, attempts: 4, dead: "{q${queue}}dead"`,
      'trimmed stream': ', claim: 5s',
    }[kind]
    const troubles = pick(['', ', fail: 0.1, attempts: 3, backoff: 200ms'])
    actors.push(
      `worker-${queue}: { role: consumer, ${where}, count: ${count}, work: ${work}${how}${how.includes('attempts') ? '' : troubles} }`,
    )
    people.push(
      ...(count === 1 ? [`worker-${queue}`] : Array.from({ length: count }, (_, one) => `worker-${queue}-${one + 1}`)),
    )
    if (kind === 'delayed') {
      actors.push(
        `mover-${queue}: { role: mover, from: "{q${queue}}later", to: ${key}, count: 2, atomic: ${pick(['true', 'false'])} }`,
      )
    }
    if (kind.startsWith('reliable')) actors.push(`keeper-${queue}: { role: reclaimer, list: ${key} }`)
  }
  const nodes = topology === 'cluster' ? 6 : topology === 'replicated' ? 3 : 1
  const node = () => `node-${random.integer(1, nodes)}`
  const steps = ['- { at: 0s, start: all }']
  let at = 2000
  for (let fault = 0; fault < random.integer(2, 5); fault++) {
    at += random.integer(500, 3000)
    const ms = random.integer(300, 6000)
    const what = pick([
      () => `fault: { kill: ${pick(people)}, for: ${ms}ms }`,
      () => `fault: { pause: ${pick(people)}, for: ${ms}ms }`,
      () => `fault: { kill: ${node()}, for: ${ms}ms }`,
      () => `fault: { pause: ${node()}, for: ${ms}ms }`,
      () => `fault: { drop: ${pick(people)}, from: ${node()} }`,
      () => `fault: { cut: ${pick(people)}, from: ${node()}, for: ${ms}ms }`,
    ])
    steps.push(`- { at: ${at}ms, ${what()} }`)
  }
  steps.push(
    `- { at: ${at + 7000}ms, heal: all }`,
    `- { after: 1s, stop: [${producers.join(', ')}] }`,
    '- { after: 90s }',
  )
  const text = `eventyard: 1\nname: By chance\nseed: ${seed}\ndeployment: ${deployment}\nactors:\n${actors.map((line) => `  ${line}\n`).join('')}steps:\n${steps.map((line) => `  ${line}\n`).join('')}`
  return { text, hasTrimming }
}

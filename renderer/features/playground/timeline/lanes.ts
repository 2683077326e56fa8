/** Which lanes there are, and what lies in them in a span of time, measured in pixels. No canvas here: it only draws. */
import { eventTypes, typeNames, type EventFamily, type EventType } from '../../../../shared/trace/event-types'
import type { Model } from '../../../trace/model'
import type { TraceLog } from '../../../trace/trace-log'

export interface Lane {
  readonly kind: 'node' | 'actor'
  readonly name: string
  readonly role: string
}

export interface LaneContent {
  /** Ticks by family, a count for each pixel column. */
  readonly ticks: Map<EventFamily, Uint16Array>
  /** Rare events, drawn with their glyph. */
  readonly glyphs: { readonly x: number; readonly seq: number; readonly type: EventType }[]
  /** Losses in a row, without a delivery between them. */
  readonly losses: { from: number; to: number; count: number }[]
}

/** A lane shows what a person watches for; commands and bookkeeping are in the table. */
const isTick = typeNames.map((type) =>
  ['message.published', 'message.delivered', 'job.added', 'job.taken', 'job.moved'].includes(type),
)
const isGlyph = typeNames.map((type) =>
  [
    'connection.opened',
    'connection.closed',
    'connection.failed',
    'connection.retrying',
    'actor.left',
    'key.expired',
    'key.evicted',
    'node.started',
    'node.killed',
    'node.paused',
    'node.resumed',
    'node.promoted',
    'node.demoted',
    'node.suspected',
    'node.failed',
    'election.started',
    'election.lost',
    'vote.granted',
    'vote.denied',
    'write.lost',
    'disk.full',
    'disk.ok',
    'clock.jumped',
    'job.refused',
    'job.retried',
    'job.claimed',
    'job.expired',
    'job.deadlettered',
    'job.duplicated',
    'job.found',
    'trigger.fired',
    'trigger.failed',
    'trigger.looped',
    'actor.paused',
    'actor.resumed',
    'actor.killed',
  ].includes(type),
)
const isLoss = typeNames.map((type) => type === 'message.lost' || type === 'job.lost')
const isArrival = typeNames.map((type) => type === 'message.delivered' || type === 'job.taken')
const publishedCode = typeNames.indexOf('message.published')
const families = typeNames.map((type) => eventTypes[type].family)

/** Who sends, who receives, who helps; then everybody else. */
const LANE_ORDER = [
  ...['publisher', 'producer', 'bull-producer', 'requester', 'subscriber', 'consumer', 'bull-worker', 'responder'],
  ...['mover', 'reclaimer', 'trigger', 'client'],
]

export function lanesOf(model: Model): Lane[] {
  const nodes: Lane[] = [...model.nodes.values()].map(({ name }) => ({ kind: 'node', name, role: 'node' }))
  const actors = [...model.actors.values()].map(({ name, role }) => ({ kind: 'actor', name, role }) as const)
  const rank = (role: string) => LANE_ORDER.indexOf(role) + 1 || LANE_ORDER.length + 1
  return [...nodes, ...actors.sort((a, b) => rank(a.role) - rank(b.role))]
}

export function contentOf(
  log: TraceLog,
  lanes: readonly Lane[],
  fromUs: number,
  toUs: number,
  width: number,
): LaneContent[] {
  const contents: LaneContent[] = lanes.map(() => ({ ticks: new Map(), glyphs: [], losses: [] }))
  const byActor = new Map(lanes.map((lane, index) => [log.actors.find(lane.name), index]))
  const isRunOpen = lanes.map(() => false)
  const keyEvents = keyEventsOf(log)
  const scale = width / (toUs - fromUs)
  // A run of losses that began before the window is found from a little further back.
  const first = log.seqAt(fromUs)
  log.walk(first, log.lastSeq, (segment, index, seq) => {
    const t = segment.times[index]!
    if (t > toUs) return false
    const lane = byActor.get(segment.who[index]!)
    if (lane === undefined) return true
    const code = segment.types[index]!
    const x = (t - fromUs) * scale
    const content = contents[lane]!
    // What a node tells of its keys is no doing of whoever changed them.
    if (code === publishedCode && keyEvents.has(segment.where[index]!)) return true
    if (isLoss[code]) {
      const last = content.losses[content.losses.length - 1]
      if (last && isRunOpen[lane]) {
        last.to = x
        last.count++
      } else {
        content.losses.push({ from: x, to: x, count: 1 })
        isRunOpen[lane] = true
      }
    } else if (isTick[code]) {
      if (isArrival[code]) isRunOpen[lane] = false
      tick(content, families[code]!, x, width)
    } else if (isGlyph[code]) {
      content.glyphs.push({ x, seq, type: typeNames[code]! })
    }
    return true
  })
  return contents
}

function tick(content: LaneContent, family: EventFamily, x: number, width: number): void {
  let counts = content.ticks.get(family)
  if (!counts) content.ticks.set(family, (counts = new Uint16Array(Math.ceil(width) + 1)))
  const column = Math.min(counts.length - 1, Math.max(0, Math.floor(x)))
  if (counts[column]! < 0xffff) counts[column]!++
}

const keyEventsOf = (log: TraceLog) => log.resources.beginningWith('__keyspace@', '__keyevent@')

/** The event of a lane that lies nearest to a point of time, within a tolerance. */
export function eventNear(log: TraceLog, lane: Lane, timeUs: number, withinUs: number): number | null {
  const id = log.actors.find(lane.name)
  let best: number | null = null
  let bestDistance = withinUs
  const keyEvents = keyEventsOf(log)
  log.walk(log.seqAt(timeUs - withinUs), log.lastSeq, (segment, index, seq) => {
    const t = segment.times[index]!
    if (t > timeUs + withinUs) return false
    const code = segment.types[index]!
    if (segment.who[index] !== id || !(isTick[code] || isGlyph[code] || isLoss[code])) return true
    if (code === publishedCode && keyEvents.has(segment.where[index]!)) return true
    const distance = Math.abs(t - timeUs)
    if (distance <= bestDistance) {
      best = seq
      bestDistance = distance
    }
    return true
  })
  return best
}

/** Times for the axis: a round step that leaves at least `gapPx` between two of them. */
export function axisTimes(fromUs: number, toUs: number, width: number, gapPx: number): number[] {
  const least = ((toUs - fromUs) / width) * gapPx
  const base = 10 ** Math.floor(Math.log10(least))
  const step = [1, 2, 5, 10].map((factor) => factor * base).find((candidate) => candidate >= least)!
  const times: number[] = []
  for (let time = Math.ceil(fromUs / step) * step; time <= toUs; time += step) times.push(time)
  return times
}

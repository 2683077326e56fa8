/**
 * What moves on the graph. A particle is a few numbers in columns, not an object: twenty thousand of them are no more
 * than an array to walk. All times are of the *scene*, which runs at playback speed and stands still in a pause, so a
 * change of speed changes what is already in flight.
 *
 * A message is published and delivered within a millisecond, far less than the eye can follow. Its flights are therefore
 * stretched (180 to 1200 ms, by latency) and set one after the other: the second leg starts where the first ends.
 */
import { bytesOf } from '../../../../shared/bytes'
import type { TraceEvent } from '../../../../shared/trace/event-types'
import { deliveryEdge, isKeyEventChannel, jobEdge, publishEdge } from '../../../trace/model'

export const FLIGHT_MIN_MS = 180
export const FLIGHT_MAX_MS = 1200
export const FALL_MS = 700
const STILL_MS = 2000
const PARTICLES_MAX = 24_000
/** More than this a second on one edge, and one particle stands for several messages. */
const PER_EDGE_MAX = 60
const ARRIVALS = 1 << 14
const SCENE_MAX = 4
/** Jobs whose landing is remembered. */
const JOBS_MAX = 4096

export const Kind = {
  Send: 0,
  Arrive: 1,
  /** Flies to the cut of its edge, then falls. */
  Lose: 2,
  /** Falls at the channel itself: nobody listens. */
  Drop: 3,
  /** A job on its way into a queue, and out of it: square, since a queue keeps what it is given. */
  Add: 4,
  Take: 5,
  Retry: 6,
  Dead: 7,
} as const
export type Kind = (typeof Kind)[keyof typeof Kind]

/** An edge or channel as particles know it: a number that stays the same while its path may change. */
interface Lane {
  readonly index: number
  count: number
  windowMs: number
  /** How many messages one particle stands for. */
  standsFor: number
}

export class Particles {
  count = 0
  readonly lanes: Uint16Array = new Uint16Array(PARTICLES_MAX)
  readonly kinds: Uint8Array = new Uint8Array(PARTICLES_MAX)
  readonly starts: Float64Array = new Float64Array(PARTICLES_MAX)
  readonly durations: Float32Array = new Float32Array(PARTICLES_MAX)
  /** With less motion wanted nothing flies, and a loss stands as a still mark for two seconds. */
  isStill = false
  /** The scene's clock. */
  nowMs = 0
  private readonly byId = new Map<string, Lane>()
  private readonly jobs = new Map<string, number>()
  private readonly arrivalIds = new Uint32Array(ARRIVALS)
  private readonly arrivals = new Float64Array(ARRIVALS)

  laneOf(id: string): Lane {
    let lane = this.byId.get(id)
    if (!lane) {
      lane = { index: this.byId.size, count: 0, windowMs: 0, standsFor: 1 }
      this.byId.set(id, lane)
    }
    return lane
  }

  standsFor(id: string): number {
    return this.byId.get(id)?.standsFor ?? 1
  }

  clear(): void {
    this.count = 0
    this.byId.clear()
    this.jobs.clear()
    this.arrivalIds.fill(0)
  }

  /** Takes in an event; only messages and jobs fly. `lossEdge` finds the edge of a message that does not arrive. */
  take(event: TraceEvent, wallMs: number, lossEdge: (channel: string, actor: string) => string): void {
    if (this.isStill && event.type !== 'message.lost' && event.type !== 'job.lost') return
    // A key event that nobody listens to has no edge to fly along.
    if ('channel' in event && event.type !== 'message.delivered' && isKeyEventChannel(event.channel)) return
    if (event.type === 'message.published') {
      const duration = flightMs(0)
      this.spawn(this.laneOf(publishEdge(event.actor, event.channel)), Kind.Send, this.nowMs, duration, wallMs)
      this.arrivalIds[event.message % ARRIVALS] = event.message
      this.arrivals[event.message % ARRIVALS] = this.nowMs + duration
    } else if (event.type === 'message.delivered') {
      const lane = this.laneOf(deliveryEdge(event.channel, event.actor, event.pattern))
      this.spawn(lane, Kind.Arrive, this.arrivalOf(event.message), flightMs(event.latencyUs), wallMs)
    } else if (event.type === 'message.lost') {
      const start = this.arrivalOf(event.message)
      // Losses are never sampled: each one matters.
      const fallMs = this.isStill ? STILL_MS : FALL_MS
      if (event.actor === '') {
        this.add(this.laneOf(dropLane(event.channel)).index, Kind.Drop, start, fallMs)
      } else {
        const flightMs = this.isStill ? 0 : FLIGHT_MIN_MS * 2
        this.add(this.laneOf(lossEdge(event.channel, event.actor)).index, Kind.Lose, start, flightMs + fallMs)
      }
    } else {
      this.takeJob(event, wallMs)
    }
  }

  private takeJob(event: TraceEvent, wallMs: number): void {
    switch (event.type) {
      case 'job.added': {
        // What somebody from outside has put there comes from nowhere.
        if (event.actor === '') return
        const duration = flightMs(0)
        this.spawn(this.laneOf(jobEdge('add', event.actor, event.resource)), Kind.Add, this.nowMs, duration, wallMs)
        this.keepJob(event.job, this.nowMs + duration)
        return
      }
      case 'job.taken': {
        const start = this.jobs.get(event.job) ?? this.nowMs
        this.jobs.delete(event.job)
        const lane = this.laneOf(jobEdge('take', event.actor, event.resource))
        this.spawn(lane, Kind.Take, Math.max(this.nowMs, start), flightMs(0), wallMs)
        return
      }
      case 'job.moved': {
        const duration = flightMs(0)
        this.spawn(this.laneOf(jobEdge('take', event.actor, event.resource)), Kind.Take, this.nowMs, duration, wallMs)
        const onward = this.nowMs + duration
        this.spawn(this.laneOf(jobEdge('add', event.actor, event.to)), Kind.Add, onward, duration, wallMs)
        this.keepJob(event.job, onward + duration)
        return
      }
      // These are few, and each matters: none is left out.
      case 'job.retried':
        if (event.group !== '') return
        return this.rare(jobEdge('retry', event.actor, event.resource), Kind.Retry)
      case 'job.deadlettered':
        return this.rare(jobEdge('dead', event.actor, event.to), Kind.Dead)
      case 'trigger.acted': {
        const target = bytesOf(event.action.split(' ')[1] ?? '')
        const lane = this.byId.get(jobEdge('act', event.actor, target))
        if (lane) this.add(lane.index, Kind.Add, this.nowMs, flightMs(0))
        return
      }
      case 'job.lost':
        this.add(this.laneOf(dropLane(event.resource)).index, Kind.Drop, this.nowMs, this.isStill ? STILL_MS : FALL_MS)
    }
  }

  private rare(edge: string, kind: Kind): void {
    this.add(this.laneOf(edge).index, kind, this.nowMs, flightMs(2_000))
  }

  /** When it will have landed in its queue: it leaves no earlier. */
  private keepJob(job: string, landsMs: number): void {
    if (this.jobs.size > JOBS_MAX) this.jobs.clear()
    this.jobs.set(job, landsMs)
  }

  /** Moves the scene's clock and lets go of what has landed. Gives back whether anything is left in the air. */
  advance(byMs: number): boolean {
    this.nowMs += byMs
    for (let index = this.count - 1; index >= 0; index--) {
      if (this.starts[index]! + this.durations[index]! <= this.nowMs) this.remove(index)
    }
    return this.count > 0
  }

  /** How long the scene must run on until all that is known of has landed. */
  get untilLandedMs(): number {
    let last = this.nowMs
    for (let index = 0; index < this.count; index++) last = Math.max(last, this.starts[index]! + this.durations[index]!)
    return last - this.nowMs
  }

  private arrivalOf(message: number): number {
    const slot = message % ARRIVALS
    return this.arrivalIds[slot] === message ? Math.max(this.nowMs, this.arrivals[slot]!) : this.nowMs
  }

  private spawn(lane: Lane, kind: Kind, start: number, duration: number, wallMs: number): void {
    if (wallMs - lane.windowMs >= 1000) {
      const perSecond = (lane.count * 1000) / Math.max(1000, Math.min(wallMs - lane.windowMs, 60_000))
      lane.standsFor = niceAbove(perSecond / PER_EDGE_MAX)
      lane.count = 0
      lane.windowMs = wallMs
    }
    // A burst is thinned out within its first second already, before its rate has been measured.
    if (lane.count >= PER_EDGE_MAX * lane.standsFor) lane.standsFor = niceAbove(lane.standsFor + 0.1)
    if (lane.count++ % lane.standsFor === 0) this.add(lane.index, kind, start, duration)
  }

  private add(lane: number, kind: Kind, start: number, duration: number): void {
    if (this.count === PARTICLES_MAX) this.remove(0)
    const index = this.count++
    this.lanes[index] = lane
    this.kinds[index] = kind
    this.starts[index] = start
    this.durations[index] = duration
  }

  private remove(index: number): void {
    const last = --this.count
    this.lanes[index] = this.lanes[last]!
    this.kinds[index] = this.kinds[last]!
    this.starts[index] = this.starts[last]!
    this.durations[index] = this.durations[last]!
  }
}

export const dropLane = (channel: string) => `x\0${channel}`

/** The time of a flight on screen: 180 ms at 0.1 ms and less, 1200 ms at 10 s, on a log scale between. */
export function flightMs(latencyUs: number): number {
  const share = Math.log10(Math.max(latencyUs, 100) / 100) / 5
  return FLIGHT_MIN_MS + Math.min(1, share + 0.28) * (FLIGHT_MAX_MS - FLIGHT_MIN_MS)
}

/** How fast the scene runs: with playback, within what an eye can still follow (a flight of 115 ms is seven frames). */
export function sceneSpeed(speed: number | 'max'): number {
  return speed === 'max' ? SCENE_MAX : Math.min(SCENE_MAX, Math.max(0.05, speed))
}

/** The next of 1, 2, 5, 10, 20, 50, ... */
export function niceAbove(value: number): number {
  if (value <= 1) return 1
  const base = 10 ** Math.floor(Math.log10(value))
  for (const factor of [1, 2, 5, 10]) if (factor * base >= value) return factor * base
  return base * 10
}

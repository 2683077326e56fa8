/** One job from its adding to its end, through every queue that it went through, gathered when it is asked for. */
import { fieldLayouts, type EventType, type TraceEvent } from '../../shared/trace/event-types'
import type { TraceLog } from './trace-log'

export type JobEvent = Extract<TraceEvent, { readonly job: string }>
export type JobEventOf<T extends EventType> = Extract<JobEvent, { readonly type: T }>

export type JobState =
  'waiting' | 'delayed' | 'working' | 'handled' | 'acknowledged' | 'failed' | 'dead' | 'lost' | 'refused'

export interface JobLife {
  readonly job: string
  readonly events: readonly JobEvent[]
  readonly payload: string | null
  /** What it has come to. */
  readonly state: JobState
  /** How often its work was done. */
  readonly times: number
  readonly duplicates: readonly JobEventOf<'job.duplicated'>[]
  readonly losses: readonly JobEventOf<'job.lost'>[]
}

/** The place of the job's id among a type's fields, -1 for types that are about none. */
const jobField = fieldLayouts.map((layout) => layout.findIndex(({ name }) => name === 'job'))
/** What a job is told of more often than this, nobody reads. */
const EVENTS_MAX = 500

export function lifeOfJob(log: TraceLog, job: string): JobLife {
  const events: JobEvent[] = []
  log.walk(log.firstSeq, log.lastSeq, (segment, index, seq) => {
    const field = jobField[segment.types[index]!]!
    if (field < 0 || segment.strings[segment.values[segment.offsets[index]! + field]!] !== job) return true
    events.push(log.at(seq) as JobEvent)
    return events.length < EVENTS_MAX
  })
  const of = <T extends EventType>(type: T) => events.filter((event) => event.type === type) as JobEventOf<T>[]
  return {
    job,
    events,
    payload: of('job.added')[0]?.payload ?? null,
    state: stateAfter(events),
    times: of('job.handled').length,
    duplicates: of('job.duplicated'),
    losses: of('job.lost'),
  }
}

const states: Readonly<Partial<Record<EventType, JobState>>> = {
  'job.added': 'waiting',
  'job.delayed': 'delayed',
  'job.moved': 'waiting',
  'job.taken': 'working',
  'job.claimed': 'working',
  'job.handled': 'handled',
  'job.acknowledged': 'acknowledged',
  'job.failed': 'failed',
  'job.retried': 'waiting',
  'job.expired': 'waiting',
  'job.deadlettered': 'dead',
  'job.lost': 'lost',
  'job.found': 'waiting',
  'job.refused': 'refused',
}

function stateAfter(events: readonly JobEvent[]): JobState {
  let state: JobState = 'waiting'
  for (const { type } of events) state = states[type] ?? state
  return state
}

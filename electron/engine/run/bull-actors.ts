/** Makes the actors around BullMQ from what a scenario says about them. */
import type { JobsOptions } from 'bullmq'
import { bytesOf } from '../../../shared/bytes'
import type { ActorSpec } from '../../../shared/scenario/actor-roles'
import { BullProducer, BullPut } from '../actors/bull-producer'
import { BullWorker } from '../actors/bull-worker'
import { drawTime } from '../actors/time-range'
import type { Yard } from '../actors/yard'
import { WORK } from './queue-actors'

type SpecOf<R extends ActorSpec['role']> = Extract<ActorSpec, { role: R }>

export function createBullProducer(yard: Yard, name: string, spec: SpecOf<'bull-producer'>): BullProducer {
  const { attempts, backoff, delay, priorities } = spec
  const chance = yard.random.fork(`delays of ${name}`)
  const common: JobsOptions = {
    attempts,
    // A stack names files and lines of this program, on which no run must depend.
    stackTraceLimit: 0,
    ...(backoff ? { backoff: { ...backoff, delay: backoff.delay / 1000 } } : {}),
  }
  let count = 0
  const optionsOf = (): JobsOptions => ({
    ...common,
    ...(delay ? { delay: Math.round(drawTime(delay, chance) / 1000) } : {}),
    ...(priorities ? { priority: priorities[count++ % priorities.length]! } : {}),
  })
  return new BullProducer(yard, name, spec, new BullPut(yard, name, bytesOf(spec.queue), optionsOf))
}

export function createBullWorker(yard: Yard, name: string, spec: SpecOf<'bull-worker'>): BullWorker {
  const { queue, work = WORK, lockDuration, stalledInterval, maxStalledCount } = spec
  const { concurrency, fail, poison, handler } = spec
  return new BullWorker(yard, name, {
    ...{ concurrency, work, fail, poison, handler, maxStalledCount },
    queue: bytesOf(queue),
    lockDurationMs: lockDuration / 1000,
    stalledIntervalMs: stalledInterval / 1000,
  })
}

/** Makes the actors around queues from what a scenario says about them. */
import { bytesOf, type Bytes } from '../../../shared/bytes'
import type { ActorSpec } from '../../../shared/scenario/actor-roles'
import { Consumer } from '../actors/consumer'
import { Producer } from '../actors/producer'
import { drawTime } from '../actors/time-range'
import type { Yard } from '../actors/yard'
import { ListPut, ListQueue } from '../queues/list-queue'
import { nowOf, type Put, type TakeQueue } from '../queues/queue'
import { ReliableListQueue } from '../queues/reliable-list-queue'
import { DelayedPut, PriorityPut, PriorityQueue } from '../queues/sorted-set-queue'
import { StreamPut, StreamQueue } from '../queues/stream-queue'

type SpecOf<R extends ActorSpec['role']> = Extract<ActorSpec, { role: R }>

/** How long work takes that a scenario says nothing of. */
export const WORK = { minUs: 10_000, maxUs: 10_000 }
const DELAY = { minUs: 1_000_000, maxUs: 1_000_000 }

export function createProducer(yard: Yard, name: string, spec: SpecOf<'producer'>): Producer {
  return new Producer(yard, name, spec, putOf(yard, name, spec))
}

function putOf(yard: Yard, name: string, spec: SpecOf<'producer'>): Put {
  if (spec.list !== undefined) return new ListPut(bytesOf(spec.list))
  if (spec.stream !== undefined) {
    const { maxlen, maxage, exact = false } = spec
    return new StreamPut(
      bytesOf(spec.stream),
      { maxLength: maxlen, maxAgeUs: maxage, isApproximate: !exact },
      nowOf(yard.clock),
    )
  }
  if (spec.priority !== undefined) return new PriorityPut(bytesOf(spec.priority), spec.priorities ?? [0])
  const resource = bytesOf(spec.delayed!)
  const range = spec.delay ?? DELAY
  const chance = yard.random.fork(`delays of ${name}`)
  const delayUs = () => drawTime(range, chance)
  return new DelayedPut(resource, delayUs, nowOf(yard.clock, spec.skew), (job, us) =>
    yard.jobs.delay(name, resource, job, yard.clock.nowUs() + us),
  )
}

export function createConsumer(yard: Yard, name: string, spec: SpecOf<'consumer'>): Consumer {
  const { work = WORK, fail, poison, attempts, backoff, jitter, batch, block, every, acknowledge } = spec
  const options = {
    ...{ work, fail, poison, attempts, jitter, batch },
    backoffUs: backoff,
    blockUs: block,
    recoverUs: every,
    acknowledgesFirst: acknowledge === 'first',
    handler: spec.handler,
    dead: spec.dead === undefined ? undefined : bytesOf(spec.dead),
  }
  return new Consumer(yard, name, options, queueOf(yard, name, spec))
}

function queueOf(yard: Yard, name: string, spec: SpecOf<'consumer'>): TakeQueue {
  if (spec.stream !== undefined) {
    const { group = 'workers', from = 'start', noack = false, claim, resume = false, atomic = false } = spec
    return new StreamQueue({
      stream: bytesOf(spec.stream),
      group,
      consumer: name,
      from,
      noAck: noack,
      claimIdleUs: claim,
      isAtomic: atomic,
      readsOwn: resume,
      joined: (source) => yard.jobs.join(name, source, from),
    })
  }
  if (spec.priority !== undefined) return new PriorityQueue(bytesOf(spec.priority))
  const lists = (spec.lists ?? [spec.list!]).map(bytesOf)
  const waiting: Bytes = spec.retry === undefined ? (`${lists[0]}:retry` as Bytes) : bytesOf(spec.retry)
  const now = nowOf(yard.clock)
  if (spec.reliable !== true) return new ListQueue(lists, waiting, now)
  const lease = spec.lease === undefined ? undefined : { us: spec.lease, isChecked: spec.checked ?? false }
  return new ReliableListQueue(lists[0]!, waiting, now, name, lease)
}

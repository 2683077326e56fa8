/** What an event says about queues and jobs: who has what in hand, and what passes along the edges between them. */
import type { QueueKind, TraceEvent } from '../../shared/trace/event-types'
import { bytesOf } from '../../shared/bytes'
import { flowOf, jobEdge, type GroupModel, type JobEdgeKind, type Model } from './model'

export function applyJob(model: Model, event: TraceEvent): void {
  switch (event.type) {
    case 'queue.opened':
      model.queues.set(event.resource, {
        name: event.resource,
        kind: event.kind as QueueKind,
        sinceUs: event.t,
        groups: new Map(),
        isDead: false,
      })
      model.structure++
      return
    case 'group.joined':
      groupOf(model, event)
      model.structure++
      return
    case 'job.added':
      return pass(model, 'add', event.actor, event.resource, event.t)
    case 'job.taken': {
      pass(model, 'take', event.actor, event.resource, event.t)
      const { job, actor, t: takenUs, attempt, place } = event
      return hold(model, event, job, { actor, takenUs, attempt, place })
    }
    case 'job.claimed': {
      const held = groupOf(model, event)?.holders.get(event.job)
      return hold(model, event, event.job, {
        actor: event.actor,
        takenUs: event.t,
        attempt: held?.attempt ?? 1,
        place: held?.place ?? '',
      })
    }
    case 'job.duplicated':
      return countReason(model, event)
    case 'job.lost':
      countReason(model, event)
      return letGo(model, event, event.job)
    case 'job.acknowledged':
    case 'job.expired':
      return letGo(model, event, event.job)
    case 'job.moved':
      pass(model, 'take', event.actor, event.resource, event.t)
      pass(model, 'add', event.actor, event.to, event.t)
      return letGo(model, event, event.job)
    case 'job.retried':
      // An entry of a stream stays pending until somebody claims it; everything else goes back to where it came from.
      if (event.group !== '') return
      pass(model, 'retry', event.actor, event.resource, event.t)
      return letGo(model, event, event.job)
    case 'job.deadlettered': {
      pass(model, 'dead', event.actor, event.to, event.t)
      const target = model.queues.get(event.to)
      if (target && !target.isDead) {
        target.isDead = true
        model.structure++
      }
      return letGo(model, event, event.job)
    }
    case 'trigger.fired': {
      const trigger = model.actors.get(event.actor)
      if (trigger) trigger.fired++
      if (model.queues.has(event.resource)) pass(model, 'fire', event.actor, event.resource, event.t)
      return
    }
    case 'trigger.acted': {
      const target = bytesOf(event.action.split(' ')[1] ?? '')
      if (model.queues.has(target)) pass(model, 'act', event.actor, target, event.t)
    }
  }
}

function countReason(model: Model, { type, why }: { readonly type: string; readonly why: string }): void {
  const key = `${type} ${why}`
  model.jobReasons.set(key, (model.jobReasons.get(key) ?? 0) + 1)
}

interface Place {
  readonly resource: string
  readonly group: string
}

function groupOf(model: Model, { resource, group }: Place): GroupModel | undefined {
  const queue = model.queues.get(resource)
  if (!queue) return undefined
  let known = queue.groups.get(group)
  if (!known) queue.groups.set(group, (known = { name: group, holders: new Map(), pending: new Map() }))
  return known
}

function hold(
  model: Model,
  place: Place,
  job: string,
  holder: { actor: string; takenUs: number; attempt: number; place: string },
): void {
  const group = groupOf(model, place)
  if (!group) return
  letGo(model, place, job)
  group.holders.set(job, holder)
  group.pending.set(holder.actor, (group.pending.get(holder.actor) ?? 0) + 1)
}

function letGo(model: Model, place: Place, job: string): void {
  const group = groupOf(model, place)
  const holder = group?.holders.get(job)
  if (!group || !holder) return
  group.holders.delete(job)
  group.pending.set(holder.actor, Math.max(0, (group.pending.get(holder.actor) ?? 0) - 1))
}

function pass(model: Model, kind: JobEdgeKind, actor: string, queue: string, t: number): void {
  // Jobs that somebody else put there have nobody to come from.
  if (actor === '') return
  const flow = flowOf(model, jobEdge(kind, actor, queue))
  if (flow.count++ === 0) model.structure++
  flow.rate.add(t)
}

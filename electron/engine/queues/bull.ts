/** How BullMQ keeps a queue in Redis, as far as somebody from outside has to know. https://docs.bullmq.io */
import type { Bytes } from '../../../shared/bytes'
import { bytesOf, textOf } from '../../../shared/bytes'
import type { Job } from '../jobs/envelope'
import type { Seeds } from '../actors/redis-client'

/** What BullMQ puts before its keys unless it is told otherwise. */
const PREFIX = 'bull'

/** What a job of ours carries: its id in the run beside what it says, since BullMQ's own is known only afterwards. */
export interface BullData {
  readonly id: string
  readonly body: string
}

/** BullMQ refuses clients with a prefix, so that somebody's own goes before BullMQ's. */
export function prefixOf({ remote }: Seeds): string {
  return `${remote?.options.keyPrefix ?? ''}${PREFIX}`
}

function keyOf(queue: Bytes, type: string): Bytes {
  return `${PREFIX}:${queue}:${type}` as Bytes
}

/** Where jobs are that can still be worked on: lists and sorted sets of their ids. */
export function waitingKeys(queue: Bytes): readonly Bytes[] {
  return ['wait', 'paused', 'active', 'prioritized', 'delayed', 'completed'].map((type) => keyOf(queue, type))
}

/** Where jobs are kept that have no attempts left. */
export function failedKey(queue: Bytes): Bytes {
  return keyOf(queue, 'failed')
}

/** A job of BullMQ's as those of all queues are told. Others' jobs are known by BullMQ's id. */
export function readBullJob(
  place: string,
  data: unknown,
  attempt: number,
): { readonly job: Job; readonly isForeign: boolean; readonly payload: Bytes } {
  const { id, body } = (typeof data === 'object' && data !== null ? data : {}) as Partial<BullData>
  if (typeof id === 'string' && typeof body === 'string') {
    return { job: { id, body, attempt }, isForeign: false, payload: bytesOf(body) }
  }
  const payload = bytesOf(JSON.stringify(data) ?? '')
  return { job: { id: place, body: textOf(payload), attempt }, isForeign: true, payload }
}

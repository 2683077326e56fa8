import type { Bytes } from '../../../shared/bytes'
import { unseal } from '../jobs/envelope'
import type { Source } from '../jobs/job-book'
import type { Send, TakeQueue, Taken } from './queue'

/** A queue whose jobs leave it when they are taken: the server knows nothing of them from then on. */
export abstract class PoppedQueue implements TakeQueue {
  abstract readonly kind: TakeQueue['kind']
  readonly deadKind = 'list'
  readonly isKept: boolean = false
  readonly keys: readonly Bytes[] = []
  readonly sources: readonly Source[]

  constructor(keys: readonly Bytes[]) {
    this.sources = keys.map((resource) => ({ resource, group: '' }))
  }

  abstract take(send: Send, max: number, waitMs: number): Promise<readonly Taken[]>
  abstract retry(send: Send, taken: Taken, delayUs: number): Promise<void>
  abstract bury(send: Send, taken: Taken, to: Bytes): Promise<void>

  prepare(_send: Send): Promise<void> {
    return Promise.resolve()
  }

  isMine(_send: Send, _taken: Taken): Promise<boolean> {
    return Promise.resolve(true)
  }

  acknowledge(_send: Send, _taken: Taken): Promise<boolean> {
    return Promise.resolve(true)
  }

  recover(_send: Send, _max: number): Promise<readonly Taken[]> {
    return Promise.resolve([])
  }

  protected taken(resource: Bytes, element: Bytes): Taken {
    const { isForeign, ...job } = unseal(element)
    return { source: { resource, group: '' }, job, isForeign, element, place: '' }
  }
}

import type { Bytes } from '../../../shared/bytes'
import { unseal } from '../jobs/envelope'
import { bytesIn, type Send } from './queue'
import { consumersOf, leaseKey, processingList } from './reliable-list-queue'

const RECLAIM = `
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
if redis.call('LREM', KEYS[1], 1, ARGV[1]) == 0 then return 0 end
redis.call('RPUSH', KEYS[3], ARGV[1])
return 1
`

export interface Reclaimed {
  readonly job: string
  readonly from: string
}

/**
 * Looks through the processing lists of a reliable list and puts back what nobody has a lease for. A job without one is
 * left alone when it is seen for the first time: its consumer may be between BLMOVE and SET.
 */
export class Reclaim {
  private seen = new Set<string>()

  constructor(private readonly list: Bytes) {}

  async run(send: Send): Promise<readonly Reclaimed[]> {
    const reclaimed: Reclaimed[] = []
    const seen = new Set<string>()
    const consumers = ((await send('SMEMBERS', consumersOf(this.list))) as unknown[]).map(bytesIn).sort()
    for (const consumer of consumers) {
      const processing = processingList(this.list, consumer)
      for (const element of ((await send('LRANGE', processing, 0, -1)) as unknown[]).map(bytesIn)) {
        const { id } = unseal(element)
        const lease = leaseKey(this.list, id)
        if ((await send('EXISTS', lease)) === 1) continue
        const sight = `${consumer} ${element}`
        if (!this.seen.has(sight)) {
          seen.add(sight)
          continue
        }
        const done = await send('EVAL', RECLAIM, 3, processing, lease, this.list, element)
        if (done === 1) reclaimed.push({ job: id, from: consumer })
      }
    }
    this.seen = seen
    return reclaimed
  }
}

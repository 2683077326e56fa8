import { bytesOf } from '../../../shared/bytes'
import { problemOf } from '../../../shared/errors'
import { globMatches } from '../../../shared/glob'
import type { SeededRandom } from '../../simulator/clock/seeded-random'
import { drawTime, type TimeRange } from './time-range'

/** What the work on a job is like, whatever queue the job is from. */
export interface JobWork {
  /** How long a job takes. */
  readonly work: TimeRange
  /** From 0 to 1: how often the work fails. */
  readonly fail: number
  /** Jobs whose body matches always fail. */
  readonly poison?: string | undefined
  /** JavaScript that does the work, once its time has passed; see `handlers`. */
  readonly handler?: string | undefined
}

/** Lets the time of a job's work pass, and then its handler, if any, do it. Gives what went wrong, or undefined. */
export async function doJobWork(
  { work, fail, poison }: JobWork,
  body: string,
  ways: {
    readonly chance: SeededRandom
    readonly sleep: (us: number) => Promise<void>
    readonly handle: () => Promise<void>
  },
): Promise<string | undefined> {
  const us = drawTime(work, ways.chance)
  const doesFail = ways.chance.float() < fail
  if (us > 0) await ways.sleep(us)
  if (poison !== undefined && globMatches(bytesOf(poison), bytesOf(body))) return 'cannot be worked on'
  if (doesFail) return 'failed by chance'
  try {
    await ways.handle()
    return undefined
  } catch (error) {
    return problemOf(error)
  }
}

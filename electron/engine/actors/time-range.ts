import type { SeededRandom } from '../../simulator/clock/seeded-random'

/** How long something takes: anything between the two, in microseconds. */
export interface TimeRange {
  readonly minUs: number
  readonly maxUs: number
}

/** Whole microseconds of a range, each as likely as the other. */
export function drawTime({ minUs, maxUs }: TimeRange, chance: SeededRandom): number {
  return Math.round(minUs + chance.float() * (maxUs - minUs))
}

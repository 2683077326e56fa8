import type { Instance } from './instance'

/** Whether so many Sentinels are in reach that the primary could be found down and failed over. */
export function isReachable(primary: Instance): {
  readonly usable: number
  readonly hasQuorum: boolean
  readonly hasMajority: boolean
} {
  const others = [...primary.sentinels.values()].filter((other) => !other.isSubjectivelyDown)
  const usable = 1 + others.length
  const majority = Math.floor((primary.sentinels.size + 1) / 2) + 1
  return { usable, hasQuorum: usable >= primary.quorum, hasMajority: usable >= majority }
}

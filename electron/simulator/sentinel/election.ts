/** Who fails a primary over: in each epoch, a Sentinel gives one vote, and whoever has most of them is the leader. */
import { learnEpoch } from './hello'
import type { Instance } from './instance'
import type { Sentinel } from './sentinel'
import { DESYNC_MAX_MS } from './timing'

/** Votes for a candidate, unless it has voted in this epoch or a later one. Gives the vote as it stands. */
export function vote(
  sentinel: Sentinel,
  primary: Instance,
  epoch: number,
  candidate: string,
): { readonly leader: string | undefined; readonly epoch: number } {
  learnEpoch(sentinel, epoch)
  if (primary.leaderEpoch < epoch && sentinel.currentEpoch <= epoch) {
    primary.leader = candidate
    primary.leaderEpoch = sentinel.currentEpoch
    sentinel.flush()
    sentinel.tellText('+vote-for-leader', `${candidate} ${primary.leaderEpoch}`)
    // Whoever votes for another gives it time before it tries itself.
    if (candidate !== sentinel.id) primary.failoverStartMs = sentinel.nowMs + desync(sentinel)
  }
  return { leader: primary.leader, epoch: primary.leaderEpoch }
}

export function desync({ node }: Sentinel): number {
  return node.random.integer(0, DESYNC_MAX_MS - 1)
}

/**
 * The leader of an epoch, if there is one: it needs most of all Sentinels that were ever met, and `quorum` votes at
 * least. Who asks gives its own vote now: to whom most others have, or else to itself.
 */
export function leaderOf(sentinel: Sentinel, primary: Instance, epoch: number): string | undefined {
  const votes = new Map<string, number>()
  for (const { leader, leaderEpoch } of primary.sentinels.values()) {
    if (leader !== undefined && leaderEpoch === sentinel.currentEpoch) votes.set(leader, (votes.get(leader) ?? 0) + 1)
  }
  let [winner, most] = [undefined as string | undefined, 0]
  for (const [leader, count] of votes) if (count > most) [winner, most] = [leader, count]
  const own = vote(sentinel, primary, epoch, winner ?? sentinel.id)
  if (own.leader !== undefined && own.epoch === epoch) {
    const count = (votes.get(own.leader) ?? 0) + 1
    if (count > most) [winner, most] = [own.leader, count]
  }
  const majority = Math.floor((primary.sentinels.size + 1) / 2) + 1
  return most >= majority && most >= primary.quorum ? winner : undefined
}

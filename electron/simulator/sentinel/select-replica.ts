import type { Instance } from './instance'
import type { Sentinel } from './sentinel'

/**
 * The replica to promote: of those that are in touch and were not for too long without their primary, the one with the
 * lowest priority (0 means never), then the most data, then the smallest run ID.
 */
export function selectReplica(sentinel: Sentinel, primary: Instance): Instance | undefined {
  const { nowMs, timing } = sentinel
  const primaryDownMs = primary.isSubjectivelyDown ? nowMs - primary.downSinceMs : 0
  const linkDownMaxMs = primaryDownMs + primary.downAfterMs * 10
  // While the primary is down, replicas are asked every second.
  const infoAgeMaxMs = primary.isSubjectivelyDown ? timing.pingPeriod * 5 : timing.infoPeriod * 3
  const isFit = (replica: Instance) =>
    !replica.isSubjectivelyDown &&
    !replica.link.isDisconnected &&
    nowMs - replica.link.availableMs <= timing.pingPeriod * 5 &&
    replica.priority !== 0 &&
    nowMs - replica.infoMs <= infoAgeMaxMs &&
    replica.primaryLinkDownMs <= linkDownMaxMs
  return [...primary.replicas.values()].filter(isFit).sort(compare)[0]
}

function compare(a: Instance, b: Instance): number {
  if (a.priority !== b.priority) return a.priority - b.priority
  if (a.offset !== b.offset) return b.offset - a.offset
  if (a.runId === b.runId) return 0
  // Whoever has none comes last.
  if (a.runId === '' || b.runId === '') return a.runId === '' ? 1 : -1
  return a.runId < b.runId ? -1 : 1
}

/** Where a primary is: its address changes when a replica takes its place. */
import { isSameAddress, type Instance, type InstanceAddress } from './instance'
import type { Sentinel } from './sentinel'

/** The address that clients are sent to: the promoted replica's, once that has said that it is a primary. */
export function currentAddress(primary: Instance): InstanceAddress {
  const { isFailingOver, promoted, failoverState } = primary
  const isPromotedAtWork = failoverState === 'reconf_slaves' || failoverState === 'update_config'
  return isFailingOver && promoted && isPromotedAtWork ? promoted.address : primary.address
}

/** Begins anew with a primary: what was known of its replicas and, unless they are kept, of other Sentinels is forgotten. */
export function resetPrimary(sentinel: Sentinel, primary: Instance, keepsSentinels: boolean): void {
  const { nowMs } = sentinel
  for (const replica of primary.replicas.values()) replica.release()
  primary.replicas.clear()
  if (!keepsSentinels) {
    for (const other of primary.sentinels.values()) other.release()
    primary.sentinels.clear()
  }
  primary.link.close()
  primary.isSubjectivelyDown = false
  primary.isObjectivelyDown = false
  primary.isRebooting = false
  primary.isScriptKillSent = false
  primary.isFailingOver = false
  primary.isForced = false
  primary.leader = undefined
  primary.failoverState = 'none'
  primary.stateChangedMs = 0
  // It may fail over again at once.
  primary.failoverStartMs = 0
  primary.promoted = undefined
  primary.runId = ''
  primary.primaryHost = ''
  primary.link.resetTimes(nowMs)
  primary.roleReportedMs = nowMs
  primary.reportedRole = 'primary'
}

/** Another server is the primary now; the one that was is its replica, as soon as it can be told. */
export function changeAddress(sentinel: Sentinel, primary: Instance, address: InstanceAddress): boolean {
  if (!sentinel.isHost(address.host) || address.port < 0 || address.port > 65_535) return false
  const known = [...primary.replicas.values()].map((replica) => replica.address)
  const others = known.filter((one) => !isSameAddress(one, address))
  if (!isSameAddress(address, primary.address)) others.push(primary.address)
  resetPrimary(sentinel, primary, true)
  primary.address = address
  primary.objectivelyDownSinceMs = 0
  primary.downSinceMs = 0
  for (const one of others) {
    const replica = sentinel.addReplica(primary, one)
    if (replica) sentinel.tell('+slave', replica)
  }
  sentinel.flush()
  return true
}

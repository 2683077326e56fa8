/** The failover of a primary, step by step. A step that takes too long ends it, and somebody begins anew. */
import { desync, leaderOf } from './election'
import type { FailoverState, Instance } from './instance'
import { sendReplicaOf } from './reconfigure'
import { changeAddress } from './primary-address'
import { selectReplica } from './select-replica'
import type { Sentinel } from './sentinel'

export function startFailover(sentinel: Sentinel, primary: Instance): void {
  primary.isFailingOver = true
  primary.failoverEpoch = ++sentinel.currentEpoch
  sentinel.tellText('+new-epoch', String(sentinel.currentEpoch))
  sentinel.tell('+try-failover', primary)
  primary.failoverStartMs = sentinel.nowMs + desync(sentinel)
  enter(sentinel, primary, 'wait_start')
}

/** Begins when enough Sentinels find the primary down, and the last attempt, or a vote for another, is long ago. */
export function startFailoverIfNeeded(sentinel: Sentinel, primary: Instance): boolean {
  if (!primary.isObjectivelyDown || primary.isFailingOver) return false
  if (sentinel.nowMs - primary.failoverStartMs < primary.failoverTimeoutMs * 2) return false
  startFailover(sentinel, primary)
  return true
}

export function advanceFailover(sentinel: Sentinel, primary: Instance): void {
  if (!primary.isFailingOver) return
  switch (primary.failoverState) {
    case 'wait_start':
      waitForVotes(sentinel, primary)
      return
    case 'select_slave':
      select(sentinel, primary)
      return
    case 'send_slaveof_noone':
      promote(sentinel, primary)
      return
    case 'wait_promotion':
      // The promoted replica's INFO moves it on.
      if (isLate(sentinel, primary)) abort(sentinel, primary, '-failover-abort-slave-timeout')
      return
    case 'reconf_slaves':
      reconfigureNext(sentinel, primary)
      return
    case 'none':
    case 'update_config':
      return
  }
}

/** The promoted replica is the primary from now on. */
export function switchToPromoted(sentinel: Sentinel, primary: Instance): void {
  const { host, port } = primary.address
  const to = (primary.promoted ?? primary).address
  sentinel.tellText('+switch-master', `${primary.name} ${host} ${port} ${to.host} ${to.port}`)
  changeAddress(sentinel, primary, to)
}

function enter(sentinel: Sentinel, primary: Instance, state: FailoverState): void {
  primary.failoverState = state
  primary.stateChangedMs = sentinel.nowMs
}

function isLate(sentinel: Sentinel, primary: Instance): boolean {
  return sentinel.nowMs - primary.stateChangedMs > primary.failoverTimeoutMs
}

function abort(sentinel: Sentinel, primary: Instance, event: string): void {
  sentinel.tell(event, primary)
  primary.isFailingOver = false
  primary.isForced = false
  enter(sentinel, primary, 'none')
  if (primary.promoted) {
    primary.promoted.isPromoted = false
    primary.promoted = undefined
  }
}

function waitForVotes(sentinel: Sentinel, primary: Instance): void {
  const isLeader = leaderOf(sentinel, primary, primary.failoverEpoch) === sentinel.id
  if (!isLeader && !primary.isForced) {
    const timeoutMs = Math.min(sentinel.timing.electionTimeout, primary.failoverTimeoutMs)
    if (sentinel.nowMs - primary.failoverStartMs > timeoutMs) {
      abort(sentinel, primary, '-failover-abort-not-elected')
    }
    return
  }
  sentinel.tell('+elected-leader', primary)
  sentinel.crashIf('crash-after-election')
  if (sentinel.node.isShutDown) return
  enter(sentinel, primary, 'select_slave')
  sentinel.tell('+failover-state-select-slave', primary)
}

function select(sentinel: Sentinel, primary: Instance): void {
  const replica = selectReplica(sentinel, primary)
  if (!replica) {
    abort(sentinel, primary, '-failover-abort-no-good-slave')
    return
  }
  sentinel.tell('+selected-slave', replica)
  replica.isPromoted = true
  primary.promoted = replica
  enter(sentinel, primary, 'send_slaveof_noone')
  sentinel.tell('+failover-state-send-slaveof-noone', replica)
}

function promote(sentinel: Sentinel, primary: Instance): void {
  const replica = primary.promoted!
  if (replica.link.isDisconnected) {
    if (isLate(sentinel, primary)) abort(sentinel, primary, '-failover-abort-slave-timeout')
    return
  }
  if (!sendReplicaOf(replica, undefined)) return
  sentinel.tell('+failover-state-wait-promotion', replica)
  enter(sentinel, primary, 'wait_promotion')
}

/** Sends the other replicas to the new primary, so many at a time as may be out of service at once. */
function reconfigureNext(sentinel: Sentinel, primary: Instance): void {
  const { replicas, promoted } = primary
  let busy = 0
  for (const { reconfiguration } of replicas.values()) {
    if (reconfiguration === 'sent' || reconfiguration === 'inprog') busy++
  }
  for (const replica of replicas.values()) {
    if (busy >= primary.parallelSyncs) break
    if (replica.isPromoted || replica.reconfiguration === 'done') continue
    const sinceMs = sentinel.nowMs - replica.reconfigurationSentMs
    if (replica.reconfiguration === 'sent' && sinceMs > sentinel.timing.reconfigureTimeout) {
      sentinel.tell('-slave-reconf-sent-timeout', replica)
      // It follows the wrong one; that is noticed and put right later.
      replica.reconfiguration = 'done'
    }
    if (replica.reconfiguration !== 'none' || replica.link.isDisconnected) continue
    if (!sendReplicaOf(replica, promoted!.address)) continue
    replica.reconfiguration = 'sent'
    replica.reconfigurationSentMs = sentinel.nowMs
    sentinel.tell('+slave-reconf-sent', replica)
    busy++
  }
  detectEnd(sentinel, primary)
}

function detectEnd(sentinel: Sentinel, primary: Instance): void {
  const { promoted } = primary
  if (!promoted || promoted.isSubjectivelyDown) return
  const isOverdue = isLate(sentinel, primary)
  const isPending = ({ isPromoted, reconfiguration, isSubjectivelyDown }: Instance) =>
    !isPromoted && reconfiguration !== 'done' && !isSubjectivelyDown
  if (isOverdue) sentinel.tell('+failover-end-for-timeout', primary)
  if (isOverdue || ![...primary.replicas.values()].some(isPending)) {
    sentinel.tell('+failover-end', primary)
    enter(sentinel, primary, 'update_config')
  }
  if (isOverdue) sendToTheRest(sentinel, primary, promoted)
}

/** For those that were not reached in time there is one more try, whose outcome nobody waits for. */
function sendToTheRest(sentinel: Sentinel, primary: Instance, promoted: Instance): void {
  for (const replica of primary.replicas.values()) {
    if (replica.isPromoted || replica.reconfiguration === 'done' || replica.reconfiguration === 'sent') continue
    if (replica.link.isDisconnected || !sendReplicaOf(replica, promoted.address)) continue
    sentinel.tell('+slave-reconf-sent-be', replica)
    replica.reconfiguration = 'sent'
  }
}

/** What an instance says of itself in INFO, and what follows from it. */
import { hurryHellos } from './hello'
import { isSameAddress, type Instance } from './instance'
import { sendReplicaOf } from './reconfigure'
import type { Sentinel } from './sentinel'

export function processInfo(sentinel: Sentinel, instance: Instance, info: string): void {
  const role = readInfo(sentinel, instance, info)
  instance.infoMs = sentinel.nowMs
  if (role !== instance.reportedRole) noteRole(sentinel, instance, role)
  if (sentinel.isTilted || instance.kind !== 'replica') return
  if (role === 'primary') handlePromoted(sentinel, instance)
  else handleReplica(sentinel, instance)
}

/** Takes the fields over; gives the role. A server that tells of none is taken for a primary of old. */
function readInfo(sentinel: Sentinel, instance: Instance, info: string): 'primary' | 'replica' {
  let role: 'primary' | 'replica' = instance.reportedRole
  instance.info = info
  instance.primaryLinkDownMs = 0
  for (const line of info.split('\r\n')) {
    const colon = line.indexOf(':')
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1)]
    if (name === 'run_id' && value.length >= 40) noteRunId(sentinel, instance, value.slice(0, 40))
    else if (name === 'role') role = value === 'slave' ? 'replica' : 'primary'
    else if (name === 'master_link_down_since_seconds') instance.primaryLinkDownMs = Number(value) * 1000
    else if (instance.kind === 'primary' && /^slave\d/.test(name)) meetReplica(sentinel, instance, value)
    else if (role === 'replica') readReplicaField(sentinel, instance, name, value)
  }
  return role
}

function noteRunId(sentinel: Sentinel, instance: Instance, runId: string): void {
  if (instance.runId !== '' && instance.runId !== runId) {
    sentinel.tell('+reboot', instance)
    if (instance.kind === 'primary' && instance.rebootDownAfterMs !== 0) {
      instance.isRebooting = true
      instance.rebootingSinceMs = sentinel.nowMs
    }
  }
  instance.runId = runId
}

/** `ip=127.0.0.1,port=7002,state=online,...` */
function meetReplica(sentinel: Sentinel, primary: Instance, value: string): void {
  const found = /ip=([^,]*).*?port=(\d+)/.exec(value)
  if (!found) return
  const address = { host: found[1]!, port: Number(found[2]) }
  if ([...primary.replicas.values()].some((replica) => isSameAddress(replica.address, address))) return
  const replica = sentinel.addReplica(primary, address)
  if (!replica) return
  sentinel.tell('+slave', replica)
  sentinel.flush()
}

function readReplicaField(sentinel: Sentinel, instance: Instance, name: string, value: string): void {
  switch (name) {
    case 'master_host':
      if (value.toLowerCase() !== instance.primaryHost.toLowerCase()) {
        instance.primaryHost = value
        instance.primaryChangedMs = sentinel.nowMs
      }
      return
    case 'master_port':
      if (Number(value) !== instance.primaryPort) {
        instance.primaryPort = Number(value)
        instance.primaryChangedMs = sentinel.nowMs
      }
      return
    case 'master_link_status':
      instance.isPrimaryLinkUp = value.toLowerCase() === 'up'
      return
    case 'slave_priority':
      instance.priority = Number(value)
      return
    case 'slave_repl_offset':
      instance.offset = Number(value)
      return
    case 'replica_announced':
      instance.isAnnounced = value !== '0'
      return
  }
}

function noteRole(sentinel: Sentinel, instance: Instance, role: 'primary' | 'replica'): void {
  instance.roleReportedMs = sentinel.nowMs
  instance.reportedRole = role
  if (role === 'replica') instance.primaryChangedMs = sentinel.nowMs
  const name = instance.kind === role ? '+role-change' : '-role-change'
  sentinel.tell(name, instance, ` new reported role is ${role === 'primary' ? 'master' : 'slave'}`)
}

/** A replica says that it is a primary: since it was promoted, or against what this Sentinel knows. */
function handlePromoted(sentinel: Sentinel, replica: Instance): void {
  const primary = replica.primary!
  if (replica.isPromoted && primary.isFailingOver && primary.failoverState === 'wait_promotion') {
    // The epoch of the election makes the other Sentinels take this configuration over.
    primary.configEpoch = primary.failoverEpoch
    primary.failoverState = 'reconf_slaves'
    primary.stateChangedMs = sentinel.nowMs
    sentinel.flush()
    sentinel.tell('+promoted-slave', replica)
    sentinel.crashIf('crash-after-promotion')
    if (sentinel.node.isShutDown) return
    sentinel.tell('+failover-state-reconf-slaves', primary)
    hurryHellos(sentinel, primary)
    return
  }
  // Another Sentinel's hello may be about to tell that all is as it should be.
  const patienceMs = sentinel.timing.publishPeriod * 4
  if (
    !replica.isPromoted &&
    looksSane(sentinel, primary) &&
    replica.hasNotBeenDownFor(patienceMs) &&
    sentinel.nowMs - replica.roleReportedMs > patienceMs &&
    sendReplicaOf(replica, primary.address)
  ) {
    sentinel.tell('+convert-to-slave', replica)
  }
}

function handleReplica(sentinel: Sentinel, replica: Instance): void {
  const primary = replica.primary!
  const followed = { host: replica.primaryHost, port: replica.primaryPort }
  const patienceMs = primary.failoverTimeoutMs
  if (
    !isSameAddress(followed, primary.address) &&
    looksSane(sentinel, primary) &&
    replica.hasNotBeenDownFor(patienceMs) &&
    sentinel.nowMs - replica.primaryChangedMs > patienceMs &&
    sendReplicaOf(replica, primary.address)
  ) {
    sentinel.tell('+fix-slave-config', replica)
  }
  const { promoted } = primary
  if (replica.reconfiguration === 'sent' && promoted && isSameAddress(followed, promoted.address)) {
    replica.reconfiguration = 'inprog'
    sentinel.tell('+slave-reconf-inprog', replica)
  }
  if (replica.reconfiguration === 'inprog' && replica.isPrimaryLinkUp) {
    replica.reconfiguration = 'done'
    sentinel.tell('+slave-reconf-done', replica)
  }
}

/** It is a primary by its own words, answers, and was asked not long ago. */
function looksSane({ nowMs, timing }: Sentinel, primary: Instance): boolean {
  return (
    primary.reportedRole === 'primary' &&
    !primary.isSubjectivelyDown &&
    !primary.isObjectivelyDown &&
    nowMs - primary.infoMs < timing.infoPeriod * 2
  )
}

/** An instance as SENTINEL MASTERS, REPLICAS and SENTINELS show it. */
import type { Instance } from './instance'

type Field = readonly [name: string, value: string | number]

export function instanceFields(instance: Instance): readonly Field[] {
  const { link, sentinel, kind } = instance
  const since = (ms: number) => sentinel.nowMs - ms
  return [
    ['name', instance.name],
    ['ip', instance.address.host],
    ['port', instance.address.port],
    ['runid', instance.runId],
    ['flags', flagsOf(instance).join(',')],
    ['link-pending-commands', link.pendingCommands],
    ['link-refcount', link.sharers],
    ...when(instance.isFailingOver, ['failover-state', instance.failoverState]),
    ['last-ping-sent', link.openPingMs === 0 ? 0 : since(link.openPingMs)],
    ['last-ok-ping-reply', since(link.availableMs)],
    ['last-ping-reply', since(link.lastPongMs)],
    ...when(instance.isSubjectivelyDown, ['s-down-time', since(instance.downSinceMs)]),
    ...when(instance.isObjectivelyDown, ['o-down-time', since(instance.objectivelyDownSinceMs)]),
    ['down-after-milliseconds', instance.downAfterMs],
    ...(kind === 'sentinel' ? sentinelFields(instance) : dataFields(instance)),
    ...(kind === 'primary' ? primaryFields(instance) : []),
    ...(kind === 'replica' ? replicaFields(instance) : []),
  ]
}

function when(isSo: boolean, field: Field): readonly Field[] {
  return isSo ? [field] : []
}

function flagsOf(instance: Instance): string[] {
  const { reconfiguration, link } = instance
  const flags: readonly (readonly [string, boolean])[] = [
    ['s_down', instance.isSubjectivelyDown],
    ['o_down', instance.isObjectivelyDown],
    [instance.type, true],
    ['disconnected', link.isDisconnected],
    ['master_down', instance.saysPrimaryIsDown],
    ['failover_in_progress', instance.isFailingOver],
    ['promoted', instance.isPromoted],
    ['reconf_sent', reconfiguration === 'sent'],
    ['reconf_inprog', reconfiguration === 'inprog'],
    ['reconf_done', reconfiguration === 'done'],
    ['force_failover', instance.isForced],
    ['script_kill_sent', instance.isScriptKillSent],
    ['master_reboot', instance.isRebooting],
  ]
  return flags.filter(([, isSet]) => isSet).map(([name]) => name)
}

function dataFields({ sentinel, infoMs, reportedRole, roleReportedMs }: Instance): readonly Field[] {
  return [
    ['info-refresh', infoMs === 0 ? 0 : sentinel.nowMs - infoMs],
    ['role-reported', reportedRole === 'primary' ? 'master' : 'slave'],
    ['role-reported-time', sentinel.nowMs - roleReportedMs],
  ]
}

function primaryFields(primary: Instance): readonly Field[] {
  return [
    ['config-epoch', primary.configEpoch],
    ['num-slaves', primary.replicas.size],
    ['num-other-sentinels', primary.sentinels.size],
    ['quorum', primary.quorum],
    ['failover-timeout', primary.failoverTimeoutMs],
    ['parallel-syncs', primary.parallelSyncs],
  ]
}

function replicaFields(replica: Instance): readonly Field[] {
  return [
    ['master-link-down-time', replica.primaryLinkDownMs],
    ['master-link-status', replica.isPrimaryLinkUp ? 'ok' : 'err'],
    ['master-host', replica.primaryHost || '?'],
    ['master-port', replica.primaryPort],
    ['slave-priority', replica.priority],
    ['slave-repl-offset', replica.offset],
    ['replica-announced', replica.isAnnounced ? 1 : 0],
  ]
}

function sentinelFields({ sentinel, lastHelloMs, leader, leaderEpoch }: Instance): readonly Field[] {
  return [
    ['last-hello-message', sentinel.nowMs - lastHelloMs],
    ['voted-leader', leader ?? '?'],
    ['voted-leader-epoch', leaderEpoch],
  ]
}

/** What a Sentinel does in each round of its timer, instance by instance. */
import { askOthers, checkObjectivelyDown, checkSubjectivelyDown } from './availability'
import { advanceFailover, startFailoverIfNeeded, switchToPromoted } from './failover'
import type { Instance } from './instance'
import { reconnect, sendPeriodically } from './links'
import type { Sentinel } from './sentinel'

export function handleInstances(sentinel: Sentinel, instances: ReadonlyMap<string, Instance>): void {
  let switching: Instance | undefined
  for (const instance of [...instances.values()]) {
    handleInstance(sentinel, instance)
    if (sentinel.node.isShutDown) return
    if (instance.kind !== 'primary') continue
    handleInstances(sentinel, instance.replicas)
    handleInstances(sentinel, instance.sentinels)
    if (instance.failoverState === 'update_config') switching = instance
  }
  // At the end, since it replaces the instances that were just walked through.
  if (switching) switchToPromoted(sentinel, switching)
}

function handleInstance(sentinel: Sentinel, instance: Instance): void {
  reconnect(sentinel, instance)
  sendPeriodically(sentinel, instance)
  if (sentinel.isTilted) {
    if (sentinel.nowMs - sentinel.tiltSinceMs < sentinel.timing.tiltPeriod) return
    sentinel.isTilted = false
    sentinel.tellText('-tilt', '#tilt mode exited')
  }
  checkSubjectivelyDown(sentinel, instance)
  if (instance.kind !== 'primary') return
  checkObjectivelyDown(sentinel, instance)
  if (startFailoverIfNeeded(sentinel, instance)) askOthers(sentinel, instance, true)
  advanceFailover(sentinel, instance)
  if (!sentinel.node.isShutDown) askOthers(sentinel, instance, false)
}

import type { InfoField } from './info-sections'
import type { RedisNode } from './redis-node'

/** The Sentinel section of INFO. */
export function sentinelFields({ sentinel, nowMs }: RedisNode): readonly InfoField[] {
  if (!sentinel) return []
  const { primaries, isTilted, tiltSinceMs, simulatedFailures } = sentinel
  const failures =
    (simulatedFailures.has('crash-after-election') ? 1 : 0) + (simulatedFailures.has('crash-after-promotion') ? 2 : 0)
  return [
    ['sentinel_masters', primaries.size],
    ['sentinel_tilt', isTilted ? 1 : 0],
    ['sentinel_tilt_since_seconds', isTilted ? Math.floor((nowMs - tiltSinceMs) / 1000) : -1],
    ['sentinel_running_scripts', 0],
    ['sentinel_scripts_queue_length', 0],
    ['sentinel_simulate_failure_flags', failures],
    ...[...primaries.values()].map((primary, index) => {
      const { name, address, replicas, sentinels } = primary
      const status = primary.isObjectivelyDown ? 'odown' : primary.isSubjectivelyDown ? 'sdown' : 'ok'
      const where = `${address.host}:${address.port}`
      const counts = `slaves=${replicas.size},sentinels=${sentinels.size + 1}`
      return [`master${index}`, `name=${name},status=${status},address=${where},${counts}`] as const
    }),
  ]
}

import type { Aof } from '../persistence/aof'
import type { InfoField } from './info-sections'
import type { RedisNode } from './redis-node'

/** The Persistence section of INFO. */
export function persistenceFields(node: RedisNode): readonly InfoField[] {
  const { aof } = node
  const { rewriter } = aof
  return [
    ['loading', 0],
    ['async_loading', 0],
    ['current_cow_peak', 0],
    ['current_cow_size', 0],
    ['current_cow_size_age', 0],
    ['current_fork_perc', '0.00'],
    ['current_save_keys_processed', 0],
    ['current_save_keys_total', 0],
    ['rdb_changes_since_last_save', node.changes],
    ['rdb_bgsave_in_progress', 0],
    ['rdb_last_save_time', node.startedAtSeconds],
    ['rdb_last_bgsave_status', 'ok'],
    ['rdb_last_bgsave_time_sec', -1],
    ['rdb_current_bgsave_time_sec', -1],
    ['rdb_saves', 0],
    ['rdb_last_cow_size', 0],
    ['rdb_last_load_keys_expired', 0],
    ['rdb_last_load_keys_loaded', 0],
    ['aof_enabled', aof.isOn ? 1 : 0],
    ['aof_rewrite_in_progress', rewriter.isRunning ? 1 : 0],
    ['aof_rewrite_scheduled', rewriter.isScheduled ? 1 : 0],
    ['aof_last_rewrite_time_sec', rewriter.lastSeconds],
    [
      'aof_current_rewrite_time_sec',
      rewriter.startedSeconds === undefined ? -1 : node.nowSeconds - rewriter.startedSeconds,
    ],
    ['aof_last_bgrewrite_status', rewriter.isLastOk ? 'ok' : 'err'],
    ['aof_rewrites', rewriter.started],
    ['aof_rewrites_consecutive_failures', rewriter.failures],
    ['aof_last_write_status', aof.error ? 'err' : 'ok'],
    ['aof_last_cow_size', 0],
    ['module_fork_in_progress', 0],
    ['module_fork_last_cow_size', 0],
    ...(aof.isOn ? aofFields(aof) : []),
  ]
}

/** What INFO has only while there is an AOF. */
function aofFields({
  rewriter,
  currentSize,
  baseSize,
  bufferLength,
  isSyncing,
  delayedSyncs,
}: Aof): readonly InfoField[] {
  return [
    ['aof_current_size', currentSize],
    ['aof_base_size', baseSize],
    ['aof_pending_rewrite', rewriter.isScheduled ? 1 : 0],
    ['aof_buffer_length', bufferLength],
    ['aof_pending_bio_fsync', isSyncing ? 1 : 0],
    ['aof_delayed_fsync', delayedSyncs],
  ]
}

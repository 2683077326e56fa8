import type { Aof } from '../persistence/aof'
import type { InfoField } from './info-sections'
import type { RedisNode } from './redis-node'

/** The Persistence section of INFO. */
export function persistenceFields(node: RedisNode): readonly InfoField[] {
  const { aof, rdb } = node
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
    ['rdb_changes_since_last_save', rdb.changes],
    ['rdb_bgsave_in_progress', rdb.isRunning ? 1 : 0],
    ['rdb_last_save_time', rdb.lastSaveSeconds],
    ['rdb_last_bgsave_status', rdb.isLastOk ? 'ok' : 'err'],
    ['rdb_last_bgsave_time_sec', rdb.lastSeconds],
    ['rdb_current_bgsave_time_sec', secondsSince(node, rdb.startedSeconds)],
    ['rdb_saves', rdb.started],
    ['rdb_last_cow_size', 0],
    ['rdb_last_load_keys_expired', rdb.keysExpired],
    ['rdb_last_load_keys_loaded', rdb.keysLoaded],
    ['aof_enabled', aof.isOn ? 1 : 0],
    ['aof_rewrite_in_progress', rewriter.isRunning ? 1 : 0],
    ['aof_rewrite_scheduled', rewriter.isScheduled ? 1 : 0],
    ['aof_last_rewrite_time_sec', rewriter.lastSeconds],
    ['aof_current_rewrite_time_sec', secondsSince(node, rewriter.startedSeconds)],
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

function secondsSince({ nowSeconds }: RedisNode, startedSeconds: number | undefined): number {
  return startedSeconds === undefined ? -1 : nowSeconds - startedSeconds
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

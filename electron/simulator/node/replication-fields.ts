import type { InfoField } from './info-sections'
import type { RedisNode } from './redis-node'

/** The Replication section of INFO. */
export function replicationFields(node: RedisNode): readonly InfoField[] {
  const { replication, config } = node
  const { replicas } = replication
  const { backlog } = replicas
  const minimum = config.number('min-replicas-to-write')
  const isChecked = minimum > 0 && config.number('min-replicas-max-lag') > 0
  return [
    ['role', replication.role === 'primary' ? 'master' : 'slave'],
    ...(replication.primary ? primaryFields(node) : []),
    ['connected_slaves', replicas.size],
    ...(isChecked ? [['min_slaves_good_slaves', replicas.goodCount] as const] : []),
    ...replicas.list.map((replica, index) => {
      const { state, ackOffset, ackSeconds, host, port } = replica
      const lag = state === 'online' ? node.nowSeconds - ackSeconds : 0
      const shown = {
        'wait-start': 'wait_bgsave',
        'wait-end': 'wait_bgsave',
        'send-bulk': 'send_bulk',
        online: 'online',
      }
      return [`slave${index}`, `ip=${host},port=${port},state=${shown[state]},offset=${ackOffset},lag=${lag}`] as const
    }),
    ['master_failover_state', replication.failover.state],
    ['master_replid', replication.id],
    ['master_replid2', replication.secondId],
    ['master_repl_offset', replication.offset],
    ['second_repl_offset', replication.secondOffset],
    ['repl_backlog_active', backlog ? 1 : 0],
    ['repl_backlog_size', config.get('repl-backlog-size')],
    ['repl_backlog_first_byte_offset', backlog?.first ?? 0],
    ['repl_backlog_histlen', backlog?.length ?? 0],
  ]
}

function primaryFields({ replication, config, nowSeconds }: RedisNode): readonly InfoField[] {
  const { host, port } = replication.primary!
  const isUp = replication.link === 'up'
  const { transferred, client } = replication
  const downSeconds = nowSeconds - (replication.linkDownSinceMs ?? 0) / 1000
  return [
    ['master_host', host],
    ['master_port', port],
    ['master_link_status', isUp ? 'up' : 'down'],
    ['master_last_io_seconds_ago', isUp ? replication.silenceSeconds : -1],
    ['master_sync_in_progress', transferred ? 1 : 0],
    ['slave_read_repl_offset', replication.offset + (client?.readLength ?? 0)],
    ['slave_repl_offset', replication.offset],
    ...(transferred
      ? ([
          ['master_sync_total_bytes', transferred.size || -1],
          ['master_sync_read_bytes', transferred.got],
          ['master_sync_left_bytes', transferred.size === 0 ? -1 : transferred.size - transferred.got],
          ['master_sync_perc', ((transferred.size === 0 ? 0 : transferred.got / transferred.size) * 100).toFixed(2)],
          ['master_sync_last_io_seconds_ago', replication.silenceSeconds],
        ] as const)
      : []),
    ...(isUp
      ? []
      : [['master_link_down_since_seconds', replication.linkDownSinceMs === undefined ? -1 : downSeconds] as const]),
    ['slave_priority', config.get('replica-priority')],
    ['slave_read_only', config.isOn('replica-read-only') ? 1 : 0],
    ['replica_announced', config.isOn('replica-announced') ? 1 : 0],
  ]
}

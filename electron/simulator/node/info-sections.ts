import { CLIENT_BYTES, totalMemory } from '../memory/estimates'
import type { Database } from '../keyspace/database'
import type { Command } from './command'
import { replicationFields } from './replication-fields'
import { persistenceFields } from './persistence-fields'
import type { RedisNode } from './redis-node'
import { sentinelFields } from './sentinel-fields'
import { statsFields } from './stats-fields'

export type InfoField = readonly [name: string, value: string | number]

export interface InfoSection {
  readonly name: string
  readonly title: string
  readonly inDefault: boolean
  readonly inAll: boolean
  readonly fields: (node: RedisNode) => readonly InfoField[]
}

const LRU_CLOCK_MASK = 0xffffff

function serverFields(node: RedisNode): readonly InfoField[] {
  const uptime = Math.floor((node.clock.nowUs() - node.startedUs) / 1e6)
  return [
    ['redis_version', '7.0.15'],
    ['redis_git_sha1', '00000000'],
    ['redis_git_dirty', 0],
    ['redis_build_id', 'ae4d7c971a948f0'],
    ['redis_mode', node.sentinel ? 'sentinel' : node.cluster ? 'cluster' : 'standalone'],
    ['os', 'Linux 6.1.0 x86_64'],
    ['arch_bits', 64],
    ['monotonic_clock', 'POSIX clock_gettime'],
    ['multiplexing_api', 'epoll'],
    ['atomicvar_api', 'c11-builtin'],
    ['gcc_version', '12.2.0'],
    ['process_id', node.port],
    ['process_supervised', 'no'],
    ['run_id', node.runId],
    ['tcp_port', node.port],
    ['server_time_usec', node.clock.unixUs()],
    ['uptime_in_seconds', uptime],
    ['uptime_in_days', Math.floor(uptime / 86400)],
    ['hz', node.sentinel?.hz ?? node.config.get('hz')],
    ['configured_hz', node.config.get('hz')],
    ['lru_clock', Math.floor(node.nowMs / 1000) & LRU_CLOCK_MASK],
    ['executable', '/usr/bin/redis-server'],
    ['config_file', node.configFile?.path ?? ''],
    ['io_threads_active', 0],
  ]
}

function clientFields(node: RedisNode): readonly InfoField[] {
  const clients = [...node.clients.values()]
  return [
    ['connected_clients', clients.length],
    ['cluster_connections', node.cluster ? (node.cluster.table.nodes.size - 1) * 2 : 0],
    ['maxclients', node.config.get('maxclients')],
    ['client_recent_max_input_buffer', Math.max(0, ...clients.map((client) => client.decoder.pendingLength))],
    ['client_recent_max_output_buffer', 0],
    ['blocked_clients', clients.filter((client) => client.block || client.postponed).length],
    ['tracking_clients', node.tracking.clientCount],
    ['clients_in_timeout_table', node.blocking.timedCount],
  ]
}

const UNITS = ['B', 'K', 'M', 'G', 'T']

function human(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`
  let amount = bytes
  let unit = 0
  for (; amount >= 1024 && unit < UNITS.length - 1; unit++) amount /= 1024
  return `${amount.toFixed(2)}${UNITS[unit]!}`
}

function memoryFields(node: RedisNode): readonly InfoField[] {
  const { startup, overhead, total } = node.memory.used()
  const share = total > startup ? (100 * (total - overhead)) / (total - startup) : 0
  const maxmemory = node.config.number('maxmemory')
  const { cache: scripts } = node.scripting
  return [
    ['used_memory', total],
    ['used_memory_human', human(total)],
    ['used_memory_rss', total],
    ['used_memory_rss_human', human(total)],
    ['used_memory_peak', node.peakMemory],
    ['used_memory_peak_human', human(node.peakMemory)],
    ['used_memory_peak_perc', `${((100 * total) / node.peakMemory).toFixed(2)}%`],
    ['used_memory_overhead', overhead],
    ['used_memory_startup', startup],
    ['used_memory_dataset', total - overhead],
    ['used_memory_dataset_perc', `${Math.min(100, share).toFixed(2)}%`],
    ['allocator_allocated', total],
    ['allocator_active', total],
    ['allocator_resident', total],
    ['total_system_memory', totalMemory],
    ['total_system_memory_human', human(totalMemory)],
    ['used_memory_lua', 32768],
    ['used_memory_vm_eval', 32768],
    ['used_memory_lua_human', human(32768)],
    ['used_memory_scripts_eval', scripts.bytes],
    ['number_of_cached_scripts', scripts.size],
    ['number_of_functions', 0],
    ['number_of_libraries', 0],
    ['used_memory_vm_functions', 33792],
    ['used_memory_vm_total', 66560],
    ['used_memory_vm_total_human', human(66560)],
    ['used_memory_functions', 200],
    ['used_memory_scripts', 200 + scripts.bytes],
    ['used_memory_scripts_human', human(200 + scripts.bytes)],
    ['maxmemory', maxmemory],
    ['maxmemory_human', human(maxmemory)],
    ['maxmemory_policy', node.config.get('maxmemory-policy')],
    ['allocator_frag_ratio', '1.00'],
    ['allocator_frag_bytes', 0],
    ['allocator_rss_ratio', '1.00'],
    ['allocator_rss_bytes', 0],
    ['rss_overhead_ratio', '1.00'],
    ['rss_overhead_bytes', 0],
    ['mem_fragmentation_ratio', '1.00'],
    ['mem_fragmentation_bytes', 0],
    ['mem_not_counted_for_evict', 0],
    ['mem_replication_backlog', 0],
    ['mem_total_replication_buffers', 0],
    ['mem_clients_slaves', 0],
    ['mem_clients_normal', node.clients.size * CLIENT_BYTES],
    ['mem_cluster_links', 0],
    ['mem_aof_buffer', 0],
    ['mem_allocator', 'jemalloc-5.3.0'],
    ['active_defrag_running', 0],
    ['lazyfree_pending_objects', 0],
    ['lazyfreed_objects', 0],
  ]
}

/** Virtual time stands still during a command, so the processor has worked for nothing at all. */
const cpuFields: readonly InfoField[] = [
  ['used_cpu_sys', '0.000000'],
  ['used_cpu_user', '0.000000'],
  ['used_cpu_sys_children', '0.000000'],
  ['used_cpu_user_children', '0.000000'],
  ['used_cpu_sys_main_thread', '0.000000'],
  ['used_cpu_user_main_thread', '0.000000'],
]

function usedCommands(node: RedisNode): Command[] {
  const all = [...node.commands.all.values()]
  return all.flatMap((command) => [...(command.subcommands?.values() ?? []), command])
}

function commandFields(node: RedisNode): readonly InfoField[] {
  return usedCommands(node)
    .filter(({ calls, rejectedCalls, failedCalls }) => calls + rejectedCalls + failedCalls > 0)
    .map(({ fullName, calls, rejectedCalls, failedCalls }) => [
      `cmdstat_${fullName}`,
      `calls=${calls},usec=0,usec_per_call=0.00,rejected_calls=${rejectedCalls},failed_calls=${failedCalls}`,
    ])
}

function latencyFields(node: RedisNode): readonly InfoField[] {
  const percentiles = node.config.get('latency-tracking-info-percentiles').split(' ').filter(Boolean)
  if (!node.config.isOn('latency-tracking')) return []
  return usedCommands(node)
    .filter(({ timedCalls }) => timedCalls > 0)
    .map(({ fullName }) => [
      `latency_percentiles_usec_${fullName}`,
      percentiles.map((percentile) => `p${percentile}=0.000`).join(','),
    ])
}

const TTL_SAMPLES = 20

/** Redis's expire cycle keeps a running mean; here a sample is taken when somebody asks, so that ticks can be left out. */
function averageTtl({ nowMs }: RedisNode, { volatile }: Database): number {
  const sample = volatile.slice(0, TTL_SAMPLES)
  const sum = sample.reduce((total, { expiresAtMs }) => total + Math.max(0, expiresAtMs - nowMs), 0)
  return sample.length === 0 ? 0 : Math.floor(sum / sample.length)
}

function keyspaceFields(node: RedisNode): readonly InfoField[] {
  return node.keyspace.databases
    .filter((db) => db.size > 0)
    .map((db) => [`db${db.index}`, `keys=${db.size},expires=${db.volatile.length},avg_ttl=${averageTtl(node, db)}`])
}

function errorFields(node: RedisNode): readonly InfoField[] {
  const sorted = [...node.stats.errors].sort(([a], [b]) => (a < b ? -1 : 1))
  return sorted.map(([code, count]) => [`errorstat_${code}`, `count=${count}`])
}

const inDefault = { inDefault: true, inAll: true } as const
const inAll = { inDefault: false, inAll: true } as const

/** In the order in which INFO shows them. */
export const infoSections: readonly InfoSection[] = [
  { name: 'server', title: 'Server', ...inDefault, fields: serverFields },
  { name: 'clients', title: 'Clients', ...inDefault, fields: clientFields },
  { name: 'memory', title: 'Memory', ...inDefault, fields: memoryFields },
  { name: 'persistence', title: 'Persistence', ...inDefault, fields: persistenceFields },
  { name: 'stats', title: 'Stats', ...inDefault, fields: statsFields },
  { name: 'replication', title: 'Replication', ...inDefault, fields: replicationFields },
  { name: 'cpu', title: 'CPU', ...inDefault, fields: () => cpuFields },
  { name: 'modules', title: 'Modules', inDefault: true, inAll: false, fields: () => [] },
  { name: 'commandstats', title: 'Commandstats', ...inAll, fields: commandFields },
  { name: 'errorstats', title: 'Errorstats', ...inDefault, fields: errorFields },
  { name: 'latencystats', title: 'Latencystats', ...inAll, fields: latencyFields },
  { name: 'cluster', title: 'Cluster', ...inDefault, fields: ({ cluster }) => [['cluster_enabled', cluster ? 1 : 0]] },
  { name: 'keyspace', title: 'Keyspace', ...inDefault, fields: keyspaceFields },
]

/** A Sentinel has no data to tell of. */
export const sentinelSections: readonly InfoSection[] = [
  ...infoSections
    .filter(({ name }) => ['server', 'clients', 'stats', 'cpu'].includes(name))
    .map((section) => ({ ...section, ...inDefault })),
  { name: 'sentinel', title: 'Sentinel', ...inDefault, fields: sentinelFields },
]

import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { bytesOf, type Bytes } from '../../shared/bytes'
import type { CallResult } from '../../shared/contract'
import type { ErrorData } from '../../shared/errors'
import type { ReplyTree } from '../../shared/reply'
import { useBridge } from '../bridge/bridge'
import type { Argv } from '../features/data/actions'
import { flatRows, treeRows } from '../features/data/key-tree'
import { infoCommands, lengthCommand, numberOf, readInfo, readScan, scanCommand } from '../features/data/read'
import type { KeyInfo } from '../features/data/read'
import { useConsoles } from './consoles'
import { useRun } from './run'
import { useSettings } from './settings'

/** Rounds of SCAN for one load: a keyspace in which nothing matches is not walked through at one click. */
const ROUNDS_MAX = 10
const WANTED_KEYS = 500
/** Up to so many rounds the list is read again with every refresh; a longer one when the person asks for it. */
const REREAD_ROUNDS_MAX = 10

export type Databases = CallResult<'data.databases'>['databases']

/** What is read of the node's data: the keys as far as they were scanned, and what is known of those in sight. */
export const useData = defineStore('data', () => {
  const bridge = useBridge()
  const run = useRun()
  const settings = useSettings()
  const consoles = useConsoles()

  /** The node that is looked at; '' for the first. */
  const node = shallowRef('')
  const db = shallowRef(0)
  const match = shallowRef('')
  const type = shallowRef('')
  const databases = shallowRef<Databases>([])
  const keys = shallowRef<readonly Bytes[]>([])
  const infos = shallowRef<ReadonlyMap<Bytes, KeyInfo>>(new Map())
  const inSight = shallowRef<readonly Bytes[]>([])
  const selected = shallowRef<Bytes | null>(null)
  const openGroups = shallowRef<ReadonlySet<string>>(new Set())
  const scanned = shallowRef(0)
  const isLoading = shallowRef(false)
  const error = shallowRef<ErrorData | null>(null)
  /** When the node was last read: in the run's time, and by the clock on the wall for how old it is. */
  const readAtUs = shallowRef(0)
  const readAtMs = shallowRef(0)
  /** Goes up when what is open should be read again. */
  const beat = shallowRef(0)
  let cursor = '0'
  let rounds = 0
  /** Another scan has begun: what an older one still brings is not for this list. */
  let scan = 0

  const size = computed(() => databases.value[db.value]?.keys ?? 0)
  const hasMore = shallowRef(false)
  const rows = computed(() =>
    settings.values.dataTree ? treeRows(keys.value, (prefix) => openGroups.value.has(prefix)) : flatRows(keys.value),
  )
  const hasMemory = computed(() => consoles.docs.has('MEMORY USAGE'))

  /** Looks at the node; null where it could not be read. */
  async function look(commands: readonly Argv[]): Promise<readonly ReplyTree[] | null> {
    const outcome = await bridge.call('data.peek', {
      db: db.value,
      commands: commands.map((argv) => [...argv]),
      ...nodeParam(node.value),
    })
    error.value = outcome.ok ? null : outcome.error
    if (!outcome.ok) return null
    readAtUs.value = outcome.value.nowUs
    readAtMs.value = performance.now()
    return outcome.value.replies
  }

  async function readDatabases(): Promise<void> {
    const outcome = await bridge.call('data.databases', nodeParam(node.value))
    error.value = outcome.ok ? null : outcome.error
    if (outcome.ok) databases.value = outcome.value.databases
  }

  /** Goes on scanning from where it stopped, or from the beginning. */
  async function load(fromStart: boolean): Promise<void> {
    const mine = fromStart ? ++scan : scan
    isLoading.value = true
    if (fromStart) await readDatabases()
    await walk(mine, fromStart, fromStart ? ROUNDS_MAX : rounds + ROUNDS_MAX, WANTED_KEYS)
    if (mine === scan) isLoading.value = false
  }

  /** Reads again as much as was read before. */
  async function reload(): Promise<void> {
    if (rounds > REREAD_ROUNDS_MAX) return
    await walk(++scan, true, Math.max(rounds, 1), Math.max(keys.value.length, WANTED_KEYS))
  }

  async function walk(mine: number, fromStart: boolean, roundsMax: number, wanted: number): Promise<void> {
    const found = new Set<Bytes>(fromStart ? [] : keys.value)
    const enough = (fromStart ? 0 : found.size) + wanted
    let at = fromStart ? '0' : cursor
    let done = fromStart ? 0 : rounds
    do {
      const replies = await look([scanCommand(at, bytesOf(match.value), type.value)])
      if (!replies || mine !== scan) return
      const { cursor: next, items } = readScan(replies[0])
      for (const key of items) found.add(key)
      at = next
      done++
    } while (at !== '0' && done < roundsMax && found.size < enough)
    cursor = at
    rounds = done
    keys.value = [...found]
    hasMore.value = at !== '0'
    scanned.value = at === '0' ? size.value : Math.min(size.value, done * 1000)
  }

  /** Reads type, length, expiry and encoding of keys: in two steps, since each type counts in its own way. */
  async function readInfos(wanted: readonly Bytes[]): Promise<void> {
    if (wanted.length === 0) return
    const perKey = infoCommands('' as Bytes, hasMemory.value).length
    const first = await look(wanted.flatMap((key) => infoCommands(key, hasMemory.value)))
    if (!first) return
    const known = wanted.map((key, at) => readInfo(key, first.slice(at * perKey, (at + 1) * perKey), readAtUs.value))
    const counted = known.flatMap((info) => {
      const command = lengthCommand(info.key, info.type)
      return command ? [{ info, command }] : []
    })
    const lengths = (await look(counted.map(({ command }) => command))) ?? []
    const next = new Map(infos.value)
    for (const info of known) next.set(info.key, info)
    counted.forEach(({ info }, at) => next.set(info.key, { ...info, length: numberOf(lengths[at]) }))
    infos.value = next
  }

  async function refresh(): Promise<void> {
    await readDatabases()
    await reload()
    await readInfos(selected.value === null ? inSight.value : [...new Set([...inSight.value, selected.value])])
    beat.value++
  }

  async function select(key: Bytes | null): Promise<void> {
    selected.value = key
    if (key !== null) await readInfos([key])
  }

  function toggleGroup(prefix: string): void {
    const open = new Set(openGroups.value)
    if (!open.delete(prefix)) open.add(prefix)
    openGroups.value = open
  }

  // Another run has other nodes.
  watch(
    () => run.state.run,
    () => (node.value = ''),
    { flush: 'sync' },
  )
  // As one value: a shallow ref among several sources would make each new state of the run look like a change.
  watch(
    () => `${run.state.run} ${db.value} ${node.value}`,
    () => {
      selected.value = null
      infos.value = new Map()
      keys.value = []
      readAtUs.value = 0
      cursor = '0'
      rounds = 0
      if (run.state.run > 0) void load(true)
    },
  )
  watch([match, type], () => void load(true))
  watch(inSight, (wanted) => void readInfos(wanted.filter((key) => !infos.value.has(key))))

  return {
    node,
    db,
    match,
    type,
    databases,
    keys,
    rows,
    infos,
    inSight,
    selected,
    openGroups,
    scanned,
    size,
    hasMore,
    isLoading,
    error,
    readAtUs,
    readAtMs,
    beat,
    look,
    load,
    refresh,
    select,
    toggleGroup,
    readInfos,
  }
})

/** The first node is asked for by naming none. */
export function nodeParam(node: string): { node?: string } {
  return node === '' ? {} : { node }
}

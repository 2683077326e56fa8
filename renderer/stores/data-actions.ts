import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Bytes } from '../../shared/bytes'
import type { ConsoleBatch } from '../../shared/console/console-types'
import type { ErrorData } from '../../shared/errors'
import type { ReplyTree } from '../../shared/reply'
import { useBridge } from '../bridge/bridge'
import type { Argv, DataAction } from '../features/data/actions'
import { shown } from '../features/data/editable'
import { nodeParam, useData } from './data'
import { sendGuarded } from './guarded-send'
import { useRun } from './run'
import { useUi } from './ui'
import { useUndo, type Undoable } from './undo'

export interface Sent {
  readonly action: DataAction
  /** One for each command so far. */
  readonly replies: readonly ReplyTree[]
  readonly status: 'waiting' | 'done' | 'failed' | 'lost'
  readonly undo: Undoable | null
}

interface Awaited {
  readonly commands: readonly number[]
  readonly replies: Map<number, ReplyTree>
  readonly resolve: (replies: readonly ReplyTree[] | null) => void
}

/**
 * Changes to the data are real commands on a connection of their own, as a participant of the run: they are inputs, stand
 * in the trace, and wait while time stands still.
 */
export const useDataActions = defineStore('data-actions', () => {
  const bridge = useBridge()
  const run = useRun()
  const data = useData()
  const undo = useUndo()
  const ui = useUi()
  const { t } = useI18n()

  const last = shallowRef<Sent | null>(null)
  const error = shallowRef<ErrorData | null>(null)
  let session = ''
  let sessionDb = 0
  let lastCommand = 0
  let awaited: Awaited[] = []

  bridge.onConsole(accept)
  // The next change opens a session at the node that is looked at by then.
  watch(
    () => data.node,
    async () => {
      const closed = session
      session = ''
      if (closed !== '') await bridge.call('console.close', { session: closed })
    },
  )
  watch(
    () => run.state.run,
    () => {
      session = ''
      last.value = null
      for (const { resolve } of awaited.splice(0)) resolve(null)
    },
  )

  function accept(batch: ConsoleBatch): void {
    if (session === '' || batch.state.session !== session || batch.run !== run.state.run) return
    for (const item of batch.items) {
      if (item.kind !== 'reply' && item.kind !== 'lost') continue
      const waiting = awaited.find(({ commands }) => commands.includes(item.command))
      if (!waiting) continue
      if (item.kind === 'reply') waiting.replies.set(item.command, item.reply)
      const isOver = item.kind === 'lost' || waiting.replies.size === waiting.commands.length
      if (!isOver) continue
      awaited = awaited.filter((one) => one !== waiting)
      waiting.resolve(item.kind === 'lost' ? null : waiting.commands.map((command) => waiting.replies.get(command)!))
    }
  }

  /** The replies, or null where the connection was lost; undefined where the commands were not even sent. */
  async function send(commands: readonly Argv[]): Promise<readonly ReplyTree[] | null | undefined> {
    const { db } = data
    if (session === '') {
      const opened = await bridge.call('console.open', { purpose: 'data', ...nodeParam(data.node) })
      error.value = opened.ok ? null : opened.error
      if (!opened.ok) return undefined
      session = opened.value.session
      sessionDb = 0
    }
    const select: readonly Argv[] = db === sessionDb ? [] : [['SELECT' as Bytes, String(db) as Bytes]]
    sessionDb = db
    const numbered = [...select, ...commands].map((argv) => ({ command: ++lastCommand, argv: [...argv] }))
    const answered = new Promise<readonly ReplyTree[] | null>((resolve) => {
      const numbers = numbered.slice(select.length).map(({ command }) => command)
      awaited.push({ commands: numbers, replies: new Map(), resolve })
    })
    const outcome = await sendGuarded(bridge, ui, { session, commands: numbered })
    error.value = outcome.ok ? null : outcome.error
    if (outcome.ok) return answered
    awaited.pop()
    return undefined
  }

  /** Carries an action out. Says whether the node did it. */
  async function perform(action: DataAction): Promise<boolean> {
    const waiting: Sent = { action, replies: [], status: 'waiting', undo: null }
    last.value = waiting
    const replies = await send(action.commands)
    if (last.value !== waiting) return false
    if (replies === undefined) {
      last.value = null
      return false
    }
    if (replies === null) {
      last.value = { ...waiting, status: 'lost' }
      return false
    }
    const isDone = !replies.some(isRefused)
    const step = isDone && action.undo ? undoOf(action, action.undo) : null
    if (step) undo.push(step)
    last.value = { action, replies, status: isDone ? 'done' : 'failed', undo: step }
    await data.refresh()
    return isDone
  }

  function undoOf(action: DataAction, commands: readonly Argv[]): Undoable {
    const { db } = data
    return {
      label: labelOf(action),
      undo: async () => {
        data.db = db
        await perform({ label: 'data.did.undone', values: { what: labelOf(action) }, commands, loss: '' })
      },
    }
  }

  function labelOf({ label, values }: DataAction): string {
    const words = Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? shown(value) : value,
    ])
    return t(label, Object.fromEntries(words) as Record<string, string | number>)
  }

  return { last, error, perform, labelOf }
})

function isRefused(reply: ReplyTree): boolean {
  if (reply.kind === 'error' || reply.kind === 'null' || reply.kind === 'null-array') return true
  // RENAMENX and SET NX do nothing, and say so, where the name is taken; EXEC holds the replies of its commands.
  return reply.kind === 'array' && reply.items.some(({ kind }) => kind === 'error')
}

import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { Bytes } from '../../shared/bytes'
import type { CommandDoc, ConsoleBatch, ConsoleState } from '../../shared/console/console-types'
import type { ErrorData } from '../../shared/errors'
import { useBridge } from '../bridge/bridge'
import { shownCommand } from '../features/console/command-line'
import { applyBatch, emptyTranscript, promptOf, withEntries, type NoteEntry } from '../features/console/entries'
import type { Transcript } from '../features/console/entries'
import { remember } from '../features/console/history'
import { withoutSecrets } from '../../shared/secrets'
import { useRun } from './run'
import { sendGuarded } from './guarded-send'
import { useSettings } from './settings'
import { useUi } from './ui'

export interface Session {
  /** The window's number of it, for good; the run's name for it comes when it is opened, and goes with the run. */
  readonly id: number
  readonly name: string
  readonly state: ConsoleState | null
  /** The node that it talks to; '' for the first. */
  readonly node: string
  readonly transcript: Transcript
}

const NO_ADDRESS = 'not connected'

/** The consoles of the window: what was typed, what came back. A session outlives the run that it talked to. */
export const useConsoles = defineStore('consoles', () => {
  const bridge = useBridge()
  const run = useRun()
  const settings = useSettings()
  const ui = useUi()
  const sessions = shallowRef<readonly Session[]>([
    { id: 1, name: '', node: '', state: null, transcript: emptyTranscript },
  ])
  const currentId = shallowRef(1)
  const error = shallowRef<ErrorData | null>(null)
  const docs = shallowRef<ReadonlyMap<string, CommandDoc>>(new Map())
  const current = computed(() => sessions.value.find(({ id }) => id === currentId.value) ?? sessions.value[0]!)
  let lastSession = 1
  let lastCommand = 0
  let lastEntry = 0
  let opening: Promise<boolean> | null = null

  bridge.onConsole(accept)
  void closeLeftovers()
  watch(
    () => run.state.run,
    () => {
      for (const { id, name } of sessions.value) {
        change(id, { node: '', ...(name === '' ? {} : { name: '', state: null }) })
      }
    },
  )

  /** A window that was reloaded knows nothing of the sessions it had, and nobody else could close them. */
  async function closeLeftovers(): Promise<void> {
    const outcome = await bridge.call('console.list', {})
    if (!outcome.ok) return
    for (const session of outcome.value) await bridge.call('console.close', { session })
  }

  function change(id: number, part: Partial<Session>): void {
    sessions.value = sessions.value.map((session) => (session.id === id ? { ...session, ...part } : session))
  }

  function accept(batch: ConsoleBatch): void {
    const session = sessions.value.find(({ name }) => name !== '' && name === batch.state.session)
    if (!session || batch.run !== run.state.run) return
    // Commands and notes are numbered together: what is listed once may be told apart by it.
    const transcript = applyBatch(session.transcript, batch, () => -++lastEntry)
    change(session.id, { transcript, state: batch.isGone ? null : batch.state, ...(batch.isGone ? { name: '' } : {}) })
  }

  /** Opens the session in the run, if it is not. One after the other, so that two lines do not open two. */
  async function ensureOpen(id: number): Promise<boolean> {
    await opening
    const session = sessions.value.find((one) => one.id === id)
    if (!session) return false
    if (session.name !== '') return true
    opening = open(id)
    return opening
  }

  async function open(id: number): Promise<boolean> {
    const { node } = sessions.value.find((one) => one.id === id)!
    const outcome = await bridge.call('console.open', { purpose: 'console', ...(node === '' ? {} : { node }) })
    error.value = outcome.ok ? null : outcome.error
    if (outcome.ok) change(id, { name: outcome.value.session })
    return outcome.ok
  }

  /** Sends a command as many times as asked; it is listed at once, and its reply comes on the stream. */
  async function send(id: number, argv: readonly Bytes[], times = 1): Promise<void> {
    if (!(await ensureOpen(id))) return
    const session = sessions.value.find((one) => one.id === id)!
    const commands = Array.from({ length: times }, () => ({ command: ++lastCommand, argv: [...argv] }))
    const entries = commands.map(({ command }) => ({
      kind: 'command' as const,
      id: command,
      prompt: promptFor(session),
      text: shownCommand(argv),
      argv: withoutSecrets(argv),
      replies: [],
      status: 'waiting' as const,
      why: '',
      t: 0,
    }))
    change(id, { transcript: withEntries(session.transcript, entries) })
    const outcome = await sendGuarded(bridge, ui, { session: session.name, commands })
    error.value = outcome.ok ? null : outcome.error
    if (outcome.ok) return
    const lost = commands.map(({ command }) => ({ kind: 'lost' as const, command, t: 0, why: 'refused' as const }))
    const now = sessions.value.find((one) => one.id === id)!
    const batch = { run: 0, state: stateOf(now), items: lost, dropped: 0, isGone: false }
    change(id, { transcript: applyBatch(now.transcript, batch, () => 0) })
  }

  function note(id: number, text: string, tone: NoteEntry['tone'] = 'plain', values: NoteEntry['values'] = {}): void {
    const session = sessions.value.find((one) => one.id === id)
    if (!session) return
    const entry = { kind: 'note' as const, id: -++lastEntry, tone, note: text, values }
    change(id, { transcript: withEntries(session.transcript, [entry]) })
  }

  async function interrupt(id: number): Promise<void> {
    const session = sessions.value.find((one) => one.id === id)
    if (!session?.name) return
    const outcome = await bridge.call('console.interrupt', { session: session.name })
    error.value = outcome.ok ? null : outcome.error
  }

  function add(): void {
    const { node } = current.value
    const session: Session = { id: ++lastSession, name: '', node, state: null, transcript: emptyTranscript }
    sessions.value = [...sessions.value, session]
    currentId.value = session.id
  }

  async function close(id: number): Promise<void> {
    const closed = sessions.value.find((one) => one.id === id)
    const index = sessions.value.findIndex((one) => one.id === id)
    if (!closed) return
    if (sessions.value.length === 1) add()
    sessions.value = sessions.value.filter((one) => one !== closed)
    if (currentId.value === id) currentId.value = sessions.value[Math.max(0, index - 1)]!.id
    if (closed.name !== '') await bridge.call('console.close', { session: closed.name })
  }

  /** Talks to another node from the next command on. */
  async function turnTo(id: number, node: string): Promise<void> {
    await opening
    const session = sessions.value.find((one) => one.id === id)
    if (!session || session.node === node) return
    change(id, { node, name: '', state: null })
    if (session.name !== '') await bridge.call('console.close', { session: session.name })
  }

  function clear(id: number): void {
    change(id, { transcript: emptyTranscript })
  }

  function rememberLine(line: string): void {
    const before = settings.values.consoleHistory
    const after = remember(before, line)
    if (after !== before) settings.change({ consoleHistory: [...after] })
  }

  /** The commands of the node, asked for once. */
  async function loadDocs(): Promise<void> {
    if (docs.value.size > 0) return
    const outcome = await bridge.call('console.commands', {})
    error.value = outcome.ok ? null : outcome.error
    if (outcome.ok) docs.value = new Map(outcome.value.map((doc) => [doc.name, doc] as const).sort(byName))
  }

  return {
    sessions,
    current,
    currentId,
    error,
    docs,
    send,
    note,
    interrupt,
    add,
    close,
    turnTo,
    clear,
    rememberLine,
    loadDocs,
  }
})

export function promptFor({ state }: Session): string {
  return state ? promptOf(state) : `${NO_ADDRESS}> `
}

function stateOf({ name, state }: Session): ConsoleState {
  return (
    state ?? {
      session: name,
      address: '',
      link: 'none',
      db: 0,
      resp: 2,
      inTransaction: false,
      subscriptions: 0,
      isMonitor: false,
      waiting: 0,
    }
  )
}

function byName([a]: readonly [string, CommandDoc], [b]: readonly [string, CommandDoc]): number {
  return a < b ? -1 : 1
}

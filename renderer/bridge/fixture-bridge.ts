/**
 * A bridge with no engine behind it: it plays the fixture trace on a clock that the caller moves, and answers the calls
 * the window makes. Components mount with it in tests; a development page drives it with real time.
 */
import type {
  Bridge,
  CallName,
  CallParams,
  Outcome,
  RunState,
  Settings,
  Speed,
  WindowCommand,
} from '../../shared/contract'
import type { ConsoleBatch, ConsoleItem, ConsoleState } from '../../shared/console/console-types'
import type { DeploymentView } from '../../shared/deployment-view'
import type { ErrorData } from '../../shared/errors'
import type { ConnectionDraft } from '../../shared/saved-connection'
import type { ReplyTree } from '../../shared/reply'
import { bytesOf } from '../../shared/bytes'
import { BatchWriter, type TraceBatch } from '../../shared/trace/batch'
import type { EventInput } from '../../shared/trace/event-types'
import { fixtureDocs } from './fixture-docs'
import { fixtureConnections, fixtureFound } from './fixture-connections'
import { chatTrace, FIXTURE_ENDS_US, type Timed } from './fixture-trace'

export interface FixtureBridge extends Bridge {
  /** Calls in the order they were made. */
  readonly called: { readonly name: CallName; readonly params: unknown }[]
  /** Lets this much real time pass for the run. */
  advance(ms: number): void
  /** Makes the next call of a name fail. */
  fail(name: CallName, error: ErrorData): void
  /** Events that happen now, in one batch. */
  emit(...events: readonly EventInput[]): void
  /** A state that comes on the stream just as it is. */
  tell(state: RunState): void
  command(command: WindowCommand): void
  /** What a console's session tells. */
  hear(session: string, items: readonly ConsoleItem[], state?: Partial<ConsoleState>): void
  /** What consoles get for their commands. */
  answerWith(answer: (argv: readonly string[]) => ReplyTree): void
  /** What is found by looking at the data. */
  holdData(peek: (argv: readonly string[]) => ReplyTree): void
  /** The deployment as it is from now on; the trace tells of its nodes. */
  deploy(view: DeploymentView): void
}

const notEnded: RunState['script'] = {
  ended: false,
  passed: 0,
  failed: 0,
  expectations: [],
  hash: null,
  events: 0,
  endedUs: 0,
}

export function createFixtureBridge(settings: Partial<Settings> = {}): FixtureBridge {
  const traceListeners = new Set<(batch: TraceBatch) => void>()
  const stateListeners = new Set<(state: RunState) => void>()
  const consoleListeners = new Set<(batch: ConsoleBatch) => void>()
  let replyTo: (argv: readonly string[]) => ReplyTree = () => ({ kind: 'simple', text: 'OK' })
  let peekAt: (argv: readonly string[]) => ReplyTree = () => ({ kind: 'null' })
  let consoleState: ConsoleState = {
    session: 'console',
    address: '10.0.1.1:6379',
    link: 'none',
    db: 0,
    resp: 2,
    inTransaction: false,
    subscriptions: 0,
    isMonitor: false,
    waiting: 0,
  }
  const connections = fixtureConnections()
  const commandListeners = new Set<(command: WindowCommand) => void>()
  const failures = new Map<CallName, ErrorData>()
  const called: { name: CallName; params: unknown }[] = []
  let deployment: DeploymentView = {
    topology: 'standalone',
    nowUs: 0,
    nodes: [],
    named: [],
    faults: [],
    slotMaps: [],
    jobs: [],
    jobFailure: null,
  }
  let trace: Timed[] = []
  let next = 0
  let seq = 0
  let messages = 1000
  let nowUs = 0
  let known: { seq: number; t: number; event: EventInput }[] = []
  let stored: Settings = {
    theme: 'dark',
    language: 'en',
    inspectorWidth: 332,
    inspectorOpen: true,
    panelHeight: 308,
    panelOpen: true,
    singleKeys: true,
    consoleHistory: [],
    consoleView: 'formatted',
    consoleHelp: false,
    dataTree: false,
    dataAuto: true,
    localServer: '',
    layouts: {},
    recent: [],
    ...settings,
  }
  let state: RunState = {
    run: 0,
    revision: 0,
    status: 'none',
    on: 'embedded',
    scenario: null,
    seed: 7,
    speed: 1,
    nowUs: 0,
    events: 0,
    script: notEnded,
    guest: { address: null, clients: 0, ever: false },
    error: null,
  }

  function setState(part: Partial<RunState>): RunState {
    state = { ...state, revision: state.revision + 1, ...part, nowUs, events: seq }
    for (const listener of stateListeners) listener(state)
    return state
  }

  function send(events: readonly Timed[]): void {
    const writer = new BatchWriter(state.run)
    for (const { t, event } of events) {
      writer.add(++seq, t, event)
      known.push({ seq, t, event })
    }
    if (writer.count === 0) return
    const batch = writer.take(nowUs)
    for (const listener of traceListeners) listener(batch)
  }

  function begin(seed: number | undefined, isPaused: boolean): RunState {
    trace = chatTrace()
    next = seq = nowUs = 0
    known = []
    setState({
      run: state.run + 1,
      status: isPaused ? 'paused' : 'running',
      scenario: { id: 'chat-room', name: 'The chat room', about: 'What is said while you are away is gone.' },
      seed: seed ?? state.seed,
      script: notEnded,
    })
    advance(0)
    return state
  }

  function advance(ms: number): void {
    if (state.status !== 'running') return
    nowUs = state.speed === 'max' ? FIXTURE_ENDS_US : nowUs + ms * 1000 * state.speed
    const due: Timed[] = []
    while (next < trace.length && trace[next]!.t <= nowUs) due.push(trace[next++]!)
    send(due)
    const isOver = next === trace.length
    setState(isOver && !state.script.ended ? { script: ended() } : {})
  }

  function ended(): RunState['script'] {
    const expectations = [
      { expression: 'lost >= 1', ok: true, actual: '12' },
      { expression: 'delivered(cem) = sent', ok: true, actual: '57' },
    ]
    const hash = `${'a1b2c3'.repeat(10)}beef`
    return { ended: true, passed: 2, failed: 0, expectations, hash, events: seq, endedUs: FIXTURE_ENDS_US }
  }

  function hear(session: string, items: readonly ConsoleItem[], part: Partial<ConsoleState> = {}): void {
    const link = 'open' as const
    consoleState = { ...consoleState, session, link, ...part }
    for (const listener of consoleListeners) {
      listener({ run: state.run, state: consoleState, items, dropped: 0, isGone: false })
    }
  }

  const emit = (...events: readonly EventInput[]) => send(events.map((event) => ({ t: nowUs, event })))

  function publish({ actor, channel, message }: CallParams<'pubsub.publish'>): number {
    const at = { actor, connection: 1, node: 'node-1' }
    const id = ++messages
    emit({ type: 'command.sent', ...at, command: `PUBLISH ${channel} "${bytesOf(message)}"` })
    emit({
      type: 'message.published',
      ...at,
      channel: bytesOf(channel),
      message: id,
      payload: bytesOf(message),
      receivers: 1,
      cause: seq,
    })
    emit({
      type: 'message.delivered',
      ...at,
      actor: 'cem',
      channel: bytesOf(channel),
      pattern: '',
      message: id,
      latencyUs: 700,
      cause: seq,
    })
    return 1
  }

  function stepOnce(): RunState {
    const event = trace[next++]
    if (event) {
      nowUs = event.t
      send([event])
    }
    return setState({ status: 'paused' })
  }

  // The table of the contract, as far as a fixture can answer it; parameters are those of the call's own name.
  const answers: Record<CallName, (params: never) => unknown> = {
    'app.info': () => ({ version: '0.1.0', electron: '0.0.0', platform: 'fixture', locale: 'en' }),
    'settings.get': () => stored,
    'settings.set': (part: Partial<Settings>) => (stored = { ...stored, ...part }),
    'files.openScenario': () => null,
    'clipboard.write': () => ({}),
    'scenarios.list': () => [
      {
        id: 'chat-room',
        name: 'The chat room',
        about: 'What is said while you are away is gone.',
        tags: ['pub/sub'],
        topology: 'standalone',
        seed: 7,
      },
    ],
    'run.start': ({ seed, paused, on }: CallParams<'run.start'>) => {
      const kind = on?.kind ?? 'embedded'
      state = { ...state, on: kind === 'saved' ? 'remote' : kind }
      return begin(seed, paused ?? false)
    },
    'run.restart': ({ seed }: CallParams<'run.restart'>) => begin(seed, false),
    'run.stop': () => setState({ status: 'none', scenario: null }),
    'run.state': () => state,
    'run.hash': () => ({ hash: `${seq}`.padStart(64, '0'), events: seq }),
    'trace.resend': () => {
      const all = known
      known = []
      seq = 0
      send(all)
      return { events: seq }
    },
    'time.pause': () => setState({ status: 'paused' }),
    'time.resume': () => setState({ status: 'running' }),
    'time.step': stepOnce,
    'time.speed': ({ speed }: { speed: Speed }) => setState({ speed }),
    'actor.add': ({ role, name, channels = [], patterns = [], rate = 0, message = '' }: CallParams<'actor.add'>) => {
      const actor = name ?? `${role}-1`
      emit({ type: 'actor.joined', actor, role, rate, template: message })
      const kind = role === 'publisher' ? 'publish' : 'channel'
      for (const channel of channels) emit({ type: 'actor.bound', actor, resource: bytesOf(channel), kind })
      for (const pattern of patterns) emit({ type: 'actor.bound', actor, resource: bytesOf(pattern), kind: 'pattern' })
      emit({ type: 'connection.opened', actor, connection: 9, node: 'node-1', address: '10.0.1.9:40900' })
      return { actor }
    },
    'actor.create': ({ name, spec }: CallParams<'actor.create'>) => {
      const role = String(spec.role)
      const actor = name ?? role
      emit({ type: 'actor.joined', actor, role, rate: 0, template: '' })
      return { actors: [actor] }
    },
    'actor.steer': ({ actor, action }: CallParams<'actor.steer'>) => {
      if (action === 'pause') emit({ type: 'actor.paused', actor })
      else if (action === 'resume') emit({ type: 'actor.resumed', actor })
      else if (action === 'start') emit({ type: 'actor.joined', actor, role: 'consumer', rate: 0, template: '' })
      else {
        if (action === 'kill') emit({ type: 'actor.killed', actor, why: 'killed' })
        emit({ type: 'actor.left', actor })
      }
      return {}
    },
    'job.add': () => ({ job: 'job-1' }),
    'actor.rebind': () => ({}),
    'actor.restore': ({ actor }: { actor: string }) => (
      emit({ type: 'actor.joined', actor, role: 'consumer', rate: 0, template: '' }),
      {}
    ),
    'actor.remove': ({ actor }: { actor: string }) => (emit({ type: 'actor.left', actor }), {}),
    'actor.connect': ({ actor }: { actor: string }) => {
      emit({ type: 'connection.opened', actor, connection: 9, node: 'node-1', address: '10.0.1.9:40900' })
      return {}
    },
    'actor.disconnect': ({ actor }: { actor: string }) => {
      emit({ type: 'connection.closed', actor, connection: 9, node: 'node-1', why: 'disconnected by hand' })
      return {}
    },
    'actor.subscribe': ({ actor, channels = [], patterns = [] }: CallParams<'actor.subscribe'>) => {
      for (const channel of channels) emit({ type: 'actor.bound', actor, resource: bytesOf(channel), kind: 'channel' })
      for (const pattern of patterns) emit({ type: 'actor.bound', actor, resource: bytesOf(pattern), kind: 'pattern' })
      return {}
    },
    'actor.unsubscribe': ({ actor, channels = [], patterns = [] }: CallParams<'actor.unsubscribe'>) => {
      for (const channel of channels) {
        emit({ type: 'actor.unbound', actor, resource: bytesOf(channel), kind: 'channel' })
      }
      for (const pattern of patterns) {
        emit({ type: 'actor.unbound', actor, resource: bytesOf(pattern), kind: 'pattern' })
      }
      return {}
    },
    'pubsub.publish': (params: CallParams<'pubsub.publish'>) => ({ receivers: publish(params) }),
    'guest.open': () => {
      setState({ guest: { address: '127.0.0.1:7000', clients: 0, ever: true } })
      return { address: '127.0.0.1:7000', nodes: [{ node: 'node-1', address: '127.0.0.1:7000' }] }
    },
    'console.commands': () => fixtureDocs,
    'console.open': ({ purpose }: CallParams<'console.open'>) => ({ session: purpose }),
    'console.send': ({ session, commands }: CallParams<'console.send'>) => {
      hear(
        session,
        commands.map(({ command, argv }) => ({ kind: 'reply', command, t: nowUs, reply: replyTo(argv), isLast: true })),
      )
      return {}
    },
    'console.interrupt': () => ({}),
    'console.close': () => ({}),
    'console.list': () => [],
    'data.peek': ({ commands }: CallParams<'data.peek'>) => ({ nowUs, replies: commands.map(peekAt) }),
    'data.databases': () => ({ node: 'node-1', databases: fixtureDatabases }),
    'fault.apply': () => ({ id: 1 }),
    'fault.heal': () => ({}),
    'node.start': () => ({}),
    'node.resume': () => ({}),
    'topology.change': () => ({}),
    'deployment.view': () => deployment,
    'deployment.flights': () => ({ nowUs, flights: [] }),
    'connection.test': () => fixtureFound,
    'connections.test': () => fixtureFound,
    'connections.list': () => ({ connections: connections.list(), canKeepSecrets: true, inUse: null }),
    'connections.save': (draft: ConnectionDraft) => connections.save(draft),
    'connections.duplicate': ({ id }: { id: string }) => connections.duplicate(id),
    'connections.remove': ({ id }: { id: string }) => (connections.remove(id), {}),
    'connections.restore': ({ id }: { id: string }) => connections.restore(id),
    'servers.find': ({ path }: { path?: string }) =>
      path === '/nowhere' ? null : { path: path ?? '/usr/bin/redis-server', version: '7.0.15' },
    'servers.logs': () => ({ lines: ['* Ready to accept connections'], pid: 4242 }),
    'guest.close': () => (setState({ guest: { address: null, clients: 0, ever: true } }), {}),
  }

  return {
    called,
    advance,
    emit,
    fail: (name, error) => void failures.set(name, error),
    command: (command) => commandListeners.forEach((listener) => listener(command)),
    call: (name, params) => {
      called.push({ name, params })
      const error = failures.get(name)
      failures.delete(name)
      const outcome = error ? { ok: false, error } : { ok: true, value: answers[name](params as never) }
      return Promise.resolve(outcome as Outcome<never>)
    },
    onTrace: (listener) => subscribe(traceListeners, listener),
    tell: (told) => stateListeners.forEach((listener) => listener(told)),
    onState: (listener) => subscribe(stateListeners, listener),
    hear,
    answerWith: (answer) => (replyTo = answer),
    holdData: (peek) => (peekAt = peek),
    deploy: (view) => {
      deployment = view
      const started = view.nodes.map(({ name: node, role, host, port }): EventInput => {
        return { type: 'node.started', node, role, address: `${host}:${port}` }
      })
      emit(...started)
    },
    onConsole: (listener) => subscribe(consoleListeners, listener),
    onCommand: (listener) => subscribe(commandListeners, listener),
  }
}

const fixtureDatabases = [
  { db: 0, keys: 3, expires: 1 },
  { db: 1, keys: 0, expires: 0 },
]

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/**
 * The one table of calls that the window may make. Both sides infer their types from it, and main checks parameters
 * and results with its schemas at run time. `app` calls are answered by main, `engine` calls by the engine worker.
 * The trace does not come as answers: it has its own stream (`TraceBatch`), and so has the run's state (`RunState`).
 */
import { connectionSchema } from './connection'
import { deploymentViewSchema } from './deployment-view'
import { faultSchema, topologyChange } from './faults'
import { flightsSchema } from './flights'
import { connectionDraft, savedConnection } from './saved-connection'
import { resourceKinds } from './scenario/rebind'
import { z } from 'zod'
import type { TraceBatch } from './trace/batch'
import type { Bytes } from './bytes'
import type { ErrorData } from './errors'
import type { CommandDoc, ConsoleBatch } from './console/console-types'
import type { ReplyTree } from './reply'

// The window's policy forbids code from strings, which zod would otherwise use to speed its parsers up.
z.config({ jitless: true })

const nothing = z.strictObject({})
const actorName = z.string().regex(/^[\w.-]{1,40}$/, 'must be 1 to 40 letters, digits, "-", "_" or "."')
const resourceName = z.string().min(1).max(512)
const actor = z.strictObject({ actor: actorName })
const session = z.strictObject({ session: actorName })
/** Arguments in bytes, one character each. */
const argv = z
  .array(
    z
      .string()
      .max(16_000_000)
      .refine((text) => !hasWideCharacter(text), 'must be bytes, one character each')
      .transform((text) => text as Bytes),
  )
  .min(1)
  .max(100_000)
const bindings = z.strictObject({
  actor: actorName,
  channels: z.array(resourceName).max(50).default([]),
  patterns: z.array(resourceName).max(50).default([]),
})

export const settingsSchema = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  language: z.enum(['system', 'en', 'zh-CN']).default('system'),
  inspectorWidth: z.int().min(280).max(480).default(332),
  inspectorOpen: z.boolean().default(true),
  panelHeight: z.int().min(160).max(2000).default(308),
  panelOpen: z.boolean().default(true),
  /** Single-letter keys, for people whose input method or speech software would trip over them. */
  singleKeys: z.boolean().default(true),
  /** Lines typed in the console, newest last, without those that hold passwords. */
  consoleHistory: z.array(z.string().max(4096)).max(500).default([]),
  consoleView: z.enum(['formatted', 'raw', 'json']).default('formatted'),
  consoleHelp: z.boolean().default(false),
  /** Keys gathered by their separators, and read again while the run goes on. */
  dataTree: z.boolean().default(false),
  dataAuto: z.boolean().default(true),
  /** The redis-server that local runs use; '' for the first that is found. */
  localServer: z.string().max(4096).default(''),
  /** Where nodes were dragged to: per scenario, then node id (`actor:ana`, `channel:chatroom`). */
  layouts: z.record(z.string(), z.record(z.string(), z.strictObject({ x: z.number(), y: z.number() }))).default({}),
  recent: z
    .array(z.strictObject({ id: z.string(), name: z.string(), openedAt: z.number() }))
    .max(20)
    .default([]),
})
export type Settings = z.output<typeof settingsSchema>

export const scenarioSummary = z.strictObject({
  id: z.string(),
  name: z.string(),
  about: z.string(),
  tags: z.array(z.string()),
  topology: z.string(),
  seed: z.int(),
})
export type ScenarioSummary = z.output<typeof scenarioSummary>

/** Where a scenario comes from: the built-in ones by id, others by their text (`name` is the file's, for messages). */
export const scenarioSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('builtin'), id: z.string().max(200) }),
  z.strictObject({ kind: z.literal('text'), name: z.string().max(1000), text: z.string().max(1_000_000) }),
])
export type ScenarioSource = z.output<typeof scenarioSource>

/** A speed is a factor of real time; `max` runs as fast as the machine can, up to the end of the script. */
export const speedSchema = z.union([z.literal('max'), z.number().min(0.01).max(100)])
export type Speed = z.output<typeof speedSchema>

/** Where a scenario runs: on simulated nodes, on real servers that are started for it, or on somebody's own. */
export const deploymentChoice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('embedded') }),
  /** `server` is the path of a redis-server; left out, the one that EVENTYARD_REDIS_SERVER or the PATH names. */
  z.strictObject({ kind: z.literal('local'), server: z.string().min(1).max(4096).optional() }),
  z.strictObject({ kind: z.literal('remote'), connection: connectionSchema }),
  /** A connection that main has, secrets and all: the engine gets it as a remote one. */
  z.strictObject({ kind: z.literal('saved'), id: z.string().min(1).max(100) }),
])
export type DeploymentChoice = z.output<typeof deploymentChoice>

export const runState = z.strictObject({
  /** Counts up with each start or restart in this worker; 0 while there was none. */
  run: z.int(),
  /** Counts up within a run. A call's answer and the stream take different ways: the higher number is the newer state. */
  revision: z.int(),
  status: z.enum(['none', 'running', 'paused', 'ended', 'failed']),
  /** On real servers, what happens is observed from the clients' side, and cannot be repeated or stopped. */
  on: z.enum(['embedded', 'local', 'remote']),
  scenario: z.strictObject({ id: z.string(), name: z.string(), about: z.string() }).nullable(),
  seed: z.int(),
  speed: speedSchema,
  nowUs: z.number(),
  /** Trace events so far. */
  events: z.int(),
  /** Whether the scenario's last step and expectations are done, and how they went. */
  script: z.strictObject({
    ended: z.boolean(),
    passed: z.int(),
    failed: z.int(),
    expectations: z.array(z.strictObject({ expression: z.string(), ok: z.boolean(), actual: z.string() })),
    /** The trace's hash, length and time at the end of the script, which equal runs share. */
    hash: z.string().nullable(),
    events: z.int(),
    endedUs: z.number(),
  }),
  /** Guests attached over TCP; a run that ever had one is not reproducible. */
  guest: z.strictObject({ address: z.string().nullable(), clients: z.int(), ever: z.boolean() }),
  /** Why the run failed, when it did. */
  error: z.custom<ErrorData>().nullable(),
})
export type RunState = z.output<typeof runState>

const connectionId = z.strictObject({ id: z.string().min(1).max(100) })
const connectionFound = z.strictObject({
  address: z.string(),
  version: z.string(),
  mode: z.enum(['standalone', 'sentinel', 'cluster']),
  role: z.string(),
  roundTripUs: z.int(),
})
export type ConnectionFound = z.output<typeof connectionFound>

const machineName = z.string().min(1).max(100)

export const appCalls = {
  'app.info': {
    params: nothing,
    result: z.strictObject({ version: z.string(), electron: z.string(), platform: z.string(), locale: z.string() }),
  },
  'settings.get': { params: nothing, result: settingsSchema },
  'settings.set': { params: settingsSchema.partial(), result: settingsSchema },
  /** Shows the open dialog; null when it was cancelled. */
  'files.openScenario': {
    params: nothing,
    result: z.strictObject({ name: z.string(), text: z.string() }).nullable(),
  },
  /** Writes the clipboard: commands and messages to paste elsewhere. */
  'clipboard.write': { params: z.strictObject({ text: z.string().max(1_000_000) }), result: nothing },
  /** `inUse` is the connection that the last run was started on, for a window that was reloaded. */
  'connections.list': {
    params: nothing,
    result: z.strictObject({
      connections: z.array(savedConnection),
      canKeepSecrets: z.boolean(),
      inUse: z.string().nullable(),
    }),
  },
  'connections.save': { params: connectionDraft, result: savedConnection },
  'connections.duplicate': { params: connectionId, result: savedConnection },
  'connections.remove': { params: connectionId, result: nothing },
  /** Puts back what was removed since the app started. */
  'connections.restore': { params: connectionId, result: savedConnection },
  /** Tries a connection as it is filled in, before it is saved. */
  'connections.test': { params: connectionDraft, result: connectionFound },
} as const

export const engineCalls = {
  'scenarios.list': { params: nothing, result: z.array(scenarioSummary) },
  'run.start': {
    params: z.strictObject({
      source: scenarioSource,
      seed: z.int().min(0).max(0xffffffff).optional(),
      paused: z.boolean().default(false),
      on: deploymentChoice.default({ kind: 'embedded' }),
    }),
    result: runState,
  },
  /** The same scenario from its beginning, with the same seed unless another is given. */
  'run.restart': { params: z.strictObject({ seed: z.int().min(0).max(0xffffffff).optional() }), result: runState },
  'run.stop': { params: nothing, result: runState },
  'run.state': { params: nothing, result: runState },
  /** SHA-256 over the trace so far, as NDJSON lines; null once a guest has made the run one that cannot be repeated. */
  'run.hash': { params: nothing, result: z.strictObject({ hash: z.string().nullable(), events: z.int() }) },
  /** Sends what is kept of the trace again, from its start: for a window that was reloaded. */
  'trace.resend': { params: nothing, result: z.strictObject({ events: z.int() }) },
  'time.pause': { params: nothing, result: runState },
  'time.resume': { params: nothing, result: runState },
  /** Runs until the next trace event has happened, then stands still. */
  'time.step': { params: nothing, result: runState },
  'time.speed': { params: z.strictObject({ speed: speedSchema }), result: runState },
  'actor.add': {
    params: z.strictObject({
      role: z.enum(['publisher', 'subscriber']),
      /** Left out, the actor is named after its role. */
      name: actorName.optional(),
      channels: z.array(resourceName).max(50).default([]),
      patterns: z.array(resourceName).max(50).default([]),
      /** Messages a second by itself; 0 publishes by hand only. */
      rate: z.number().min(0).max(10_000).default(0),
      message: z.string().max(100_000).default(''),
    }),
    result: actor,
  },
  /**
   * Adds an actor of any role, as a scenario would: `spec` is what stands there behind its name, still in words, and is
   * checked by the scenario's own schema. Left out, the actor is named after its role.
   */
  'actor.create': {
    params: z.strictObject({ name: actorName.optional(), spec: z.record(z.string().max(100), z.unknown()) }),
    result: z.strictObject({ actors: z.array(z.string()) }),
  },
  /** What may befall an actor's process. One that was stopped or killed can be started again. */
  'actor.steer': {
    params: z.strictObject({ actor: actorName, action: z.enum(['start', 'stop', 'kill', 'pause', 'resume']) }),
    result: nothing,
  },
  /** A producer adds one job. `job` is null while the run is paused: it is added when time goes on. */
  'job.add': {
    params: z.strictObject({ actor: actorName, body: z.string().max(1_000_000) }),
    result: z.strictObject({ job: z.string().nullable() }),
  },
  'actor.remove': { params: actor, result: nothing },
  /** Has an actor begin anew with another channel or queue at one of its ends; its other settings stay. */
  'actor.rebind': {
    params: z.strictObject({
      actor: actorName,
      end: z.enum(['source', 'target']),
      kind: z.enum(resourceKinds),
      resource: resourceName,
    }),
    result: nothing,
  },
  /** Makes an actor what it was before it was last removed, or bound elsewhere. */
  'actor.restore': { params: actor, result: nothing },
  'actor.connect': { params: actor, result: nothing },
  'actor.disconnect': { params: actor, result: nothing },
  'actor.subscribe': { params: bindings, result: nothing },
  'actor.unsubscribe': { params: bindings, result: nothing },
  /** `receivers` is null while the run is paused: the message leaves when time goes on. */
  'pubsub.publish': {
    params: z.strictObject({ actor: actorName, channel: resourceName, message: z.string().max(1_000_000) }),
    result: z.strictObject({ receivers: z.int().nullable() }),
  },
  /**
   * Opens the run's nodes to other programs on 127.0.0.1, and marks the run as `guest`. A single node is at the port
   * asked for, 0 for a free one; those of a larger deployment are at their own.
   */
  'guest.open': {
    params: z.strictObject({ port: z.int().min(0).max(65535) }),
    result: z.strictObject({
      address: z.string(),
      nodes: z.array(z.strictObject({ node: z.string(), address: z.string() })),
    }),
  },
  'guest.close': { params: nothing, result: nothing },
  /** What the simulated node understands, for completion and help. Needs no run. */
  'console.commands': { params: nothing, result: z.array(z.custom<CommandDoc>()) },
  /** A participant that speaks the protocol itself. Its replies come on the `console` stream. */
  'console.open': {
    params: z.strictObject({ purpose: z.enum(['console', 'data']), node: machineName.optional() }),
    result: session,
  },
  /** Puts commands on the session's wire, one behind the other. The window numbers them, from 1, to know their replies. */
  'console.send': {
    params: z.strictObject({
      session: actorName,
      commands: z
        .array(z.strictObject({ command: z.int().min(1), argv }))
        .min(1)
        .max(1000),
      /** What could harm a remote server that others use is sent only then. */
      confirmed: z.boolean().default(false),
    }),
    result: nothing,
  },
  /** Gets out of a command that waits or streams, by closing the connection; the next command opens another. */
  'console.interrupt': { params: session, result: nothing },
  'console.close': { params: session, result: nothing },
  /**
   * Read-only commands, evaluated on the node at the run's present moment: no network, no time, no trace. They see a
   * paused run and an ended one, and change neither. Replies are as in RESP3.
   */
  'data.peek': {
    params: z.strictObject({
      db: z.int().min(0).max(999),
      commands: z.array(argv).max(2000),
      /** The first node unless another is named. */
      node: machineName.optional(),
    }),
    result: z.strictObject({ nowUs: z.number(), replies: z.array(z.custom<ReplyTree>()) }),
  },
  /** The databases of the node, empty ones too. */
  'data.databases': {
    params: z.strictObject({ node: machineName.optional() }),
    result: z.strictObject({
      node: z.string(),
      databases: z.array(z.strictObject({ db: z.int(), keys: z.int(), expires: z.int() })),
    }),
  },
  /** Does something to the deployment on purpose; `forUs` later it ends by itself. `id` is 0 where nothing stays. */
  'fault.apply': {
    params: z.strictObject({ fault: faultSchema, forUs: z.number().min(1).max(86_400_000_000).optional() }),
    result: z.strictObject({ id: z.int() }),
  },
  /** Ends a fault, or all of them: who was killed is started again, who was paused goes on. */
  'fault.heal': { params: z.strictObject({ id: z.int().min(1).optional() }), result: nothing },
  /** Starts a node that has ended, with its disk or with an empty one. */
  'node.start': { params: z.strictObject({ node: machineName, wipe: z.boolean().default(false) }), result: nothing },
  /** Lets a paused node go on. */
  'node.resume': { params: z.strictObject({ node: machineName }), result: nothing },
  /**
   * Has an operator do something to the deployment, with Redis's own commands: it takes its time, and the trace tells of
   * every step. Jobs wait for each other; one that fails says so in a note.
   */
  'topology.change': { params: z.strictObject({ change: topologyChange }), result: nothing },
  /** The deployment as it is now. Changes nothing, and works while time stands still and after the end. */
  'deployment.view': {
    params: z.strictObject({ slotMaps: z.boolean().default(false) }),
    result: deploymentViewSchema,
  },
  /** What left between machines since this was asked last, a sample of it. Changes nothing either. */
  'deployment.flights': { params: nothing, result: flightsSchema },
  /** Tries a connection. Its error says what is wrong, and what to do: each cause has a code of its own. */
  'connection.test': {
    params: z.strictObject({ connection: connectionSchema }),
    result: connectionFound,
  },
  /** The redis-server that local runs would use: the one at `path`, or the first that is found; null when there is none. */
  'servers.find': {
    params: z.strictObject({ path: z.string().max(4096).optional() }),
    result: z.strictObject({ path: z.string(), version: z.string() }).nullable(),
  },
  /** The last lines that a local server has logged, and its process while it has one. */
  'servers.logs': {
    params: z.strictObject({ node: machineName }),
    result: z.strictObject({ lines: z.array(z.string()), pid: z.int().nullable() }),
  },
  'console.list': { params: nothing, result: z.array(z.string()) },
} as const

export const calls = { ...appCalls, ...engineCalls } as const

export type CallName = keyof typeof calls
export type EngineCallName = keyof typeof engineCalls
export type AppCallName = keyof typeof appCalls
/** What a caller gives: defaults may be left out. */
export type CallParams<N extends CallName> = z.input<(typeof calls)[N]['params']>
/** What a handler gets: checked, with defaults filled in. */
export type CheckedParams<N extends CallName> = z.output<(typeof calls)[N]['params']>
export type CallResult<N extends CallName> = z.output<(typeof calls)[N]['result']>

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorData }

/** What comes to the window unasked. */
export interface Streams {
  trace: TraceBatch
  state: RunState
  /** Replies and messages of the consoles. */
  console: ConsoleBatch
  /** The menu, a second instance or the system asks the window to do something. */
  command: WindowCommand
}

export type WindowCommand =
  | { readonly kind: 'open-scenario'; readonly name: string; readonly text: string }
  | { readonly kind: 'menu'; readonly action: MenuAction }
  | { readonly kind: 'notice'; readonly error: ErrorData }

export const menuActions = [
  'open',
  'chat-room',
  'pause',
  'step',
  'restart',
  'stop',
  'palette',
  'settings',
  'shortcuts',
  'about',
] as const
export type MenuAction = (typeof menuActions)[number]

/** What preload puts on `window.eventyard`. Each `on...` gives back its end. */
export interface Bridge {
  call<N extends CallName>(name: N, params: CallParams<N>): Promise<Outcome<CallResult<N>>>
  onTrace(listener: (batch: TraceBatch) => void): () => void
  onState(listener: (state: RunState) => void): () => void
  onConsole(listener: (batch: ConsoleBatch) => void): () => void
  onCommand(listener: (command: WindowCommand) => void): () => void
}

function hasWideCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0xff) return true
  return false
}

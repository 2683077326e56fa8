import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Outcome, RunState, ScenarioSource, Speed } from '../../shared/contract'
import type { ErrorData } from '../../shared/errors'
import { useBridge } from '../bridge/bridge'
import { useTrace } from '../trace/trace-feed'
import { usePlaces, type Place } from './places'
import { useSettings } from './settings'

const noRun: RunState = {
  run: 0,
  revision: 0,
  status: 'none',
  on: 'embedded',
  scenario: null,
  seed: 0,
  speed: 1,
  nowUs: 0,
  events: 0,
  script: { ended: false, passed: 0, failed: 0, expectations: [], hash: null, events: 0, endedUs: 0 },
  guest: { address: null, clients: 0, ever: false },
  error: null,
}

/** The clock runs on between two states by itself, but no further than this, should states stop coming. */
const AHEAD_MAX_MS = 500

export interface KnownHash {
  readonly run: number
  readonly hash: string
  readonly events: number
}

export const useRun = defineStore('run', () => {
  const bridge = useBridge()
  const trace = useTrace()
  const settings = useSettings()
  const places = usePlaces()

  const state = shallowRef<RunState>(noRun)
  /** Why the last call about the run was refused. */
  const error = shallowRef<ErrorData | null>(null)
  const isStarting = shallowRef(false)
  /** The hash of the script's end by scenario and seed, of the run before this one. */
  const hashes = new Map<string, KnownHash>()
  const previous = shallowRef<KnownHash | null>(null)
  const source = shallowRef<ScenarioSource | null>(null)
  let stateAtMs = 0
  let revision = 0
  let nowUs = 0

  /** The run that the person has put away: it has ended, and the start view takes its place. */
  const closed = shallowRef(0)
  const isOpen = computed(() => state.value.status !== 'none' && state.value.run !== closed.value)
  const isRunning = computed(() => state.value.status === 'running')
  const canAct = computed(() => state.value.status === 'running' || state.value.status === 'paused')

  function accept(next: RunState): void {
    // The answer to a call may be overtaken by what the stream tells of its consequences.
    if (next.run < state.value.run || (next.run === state.value.run && next.revision < revision)) return
    revision = next.revision
    if (next.run !== state.value.run) previous.value = hashes.get(hashKey(next)) ?? null
    if (next.script.hash && !next.guest.ever && hashes.get(hashKey(next))?.run !== next.run) {
      hashes.set(hashKey(next), { run: next.run, hash: next.script.hash, events: next.script.events })
    }
    nowUs = next.nowUs
    stateAtMs = performance.now()
    // While it runs, the clock alone changes sixty times a second: nobody is to be drawn anew for that.
    if (next.status === 'running' && isSameButClock(state.value, next)) return
    state.value = next
  }

  /** The run's clock now, in microseconds. Paused, it is exactly the engine's. */
  function clockUs(): number {
    const { status, speed } = state.value
    const known = Math.max(nowUs, trace.model.value.nowUs)
    if (status !== 'running' || speed === 'max') return known
    const ahead = Math.min(performance.now() - stateAtMs, AHEAD_MAX_MS) * 1000 * speed
    return Math.max(known, nowUs + ahead)
  }

  async function asked(call: Promise<Outcome<RunState>>): Promise<boolean> {
    const outcome = await call
    error.value = outcome.ok ? null : outcome.error
    if (outcome.ok) accept(outcome.value)
    return outcome.ok
  }

  /** Where the person has chosen, unless `at` says otherwise. */
  async function start(from: ScenarioSource, seed?: number, at: Place = places.chosen): Promise<boolean> {
    isStarting.value = true
    const params = { source: from, ...(seed === undefined ? {} : { seed }), on: places.toChoice(at) }
    const isStarted = await asked(bridge.call('run.start', params))
    isStarting.value = false
    if (!isStarted) return false
    source.value = from
    places.started = at
    const { scenario } = state.value
    if (scenario && from.kind === 'builtin') settings.remember(scenario.id, scenario.name)
    return true
  }

  async function restart(seed?: number): Promise<boolean> {
    // A crashed worker has forgotten its scenario: start it anew from what the window knows.
    if (state.value.status === 'failed' && source.value) {
      return start(source.value, seed ?? state.value.seed, places.started)
    }
    return asked(bridge.call('run.restart', seed === undefined ? {} : { seed }))
  }

  /** The same scenario and seed from its beginning, somewhere else. Only a window that has started it knows its text. */
  async function moveTo(place: Place): Promise<boolean> {
    return source.value !== null && start(source.value, state.value.seed, place)
  }
  const canMove = computed(() => source.value !== null)

  async function close(): Promise<void> {
    const { run } = state.value
    if (await asked(bridge.call('run.stop', {}))) closed.value = run
  }

  /** On real servers nothing stands still, goes slower or can be repeated. */
  const hasOwnTime = computed(() => state.value.on === 'embedded')
  const canSteer = computed(() => canAct.value && hasOwnTime.value)

  const pause = () => asked(bridge.call('time.pause', {}))
  const resume = () => asked(bridge.call('time.resume', {}))
  const step = () => asked(bridge.call('time.step', {}))
  const setSpeed = (speed: Speed) => asked(bridge.call('time.speed', { speed }))
  const toggle = () => (isRunning.value ? pause() : resume())

  /** Takes up a run that is already there, as after a reload of the window. */
  async function attach(): Promise<void> {
    bridge.onState(accept)
    const outcome = await bridge.call('run.state', {})
    if (!outcome.ok) return
    accept(outcome.value)
    if (outcome.value.status !== 'none') await bridge.call('trace.resend', {})
  }

  return {
    state,
    error,
    isStarting,
    previous,
    isOpen,
    isRunning,
    canAct,
    hasOwnTime,
    canSteer,
    canMove,
    moveTo,
    clockUs,
    start,
    restart,
    close,
    pause,
    resume,
    step,
    toggle,
    setSpeed,
    attach,
  }
})

function isSameButClock(a: RunState, b: RunState): boolean {
  const rest = (state: RunState) => JSON.stringify({ ...state, revision: 0, nowUs: 0, events: 0 })
  return rest(a) === rest(b)
}

function hashKey(state: RunState): string {
  return `${state.scenario?.id ?? ''}\0${state.seed}`
}

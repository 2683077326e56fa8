/**
 * Where the trace enters the window. Batches go into the log and, event by event, into the model; then whoever draws is
 * told. `structure` changes when the graph has other parts or states, `tick` at most eight times a second while counts
 * change: a component watches the one it needs and never an event. Where drawing takes long, both wait longer: a window
 * that drew as often all the same would fall ever further behind its run.
 */
import { inject, nextTick, shallowRef, type App, type InjectionKey, type ShallowRef } from 'vue'
import type { Bridge } from '../../shared/contract'
import { unpackBatch, type TraceBatch } from '../../shared/trace/batch'
import type { TraceEvent } from '../../shared/trace/event-types'
import { applyEvent } from './apply-event'
import { newModel, type Model } from './model'
import { TraceLog } from './trace-log'

const TICK_MS = 125
const TICK_MAX_MS = 2000
/** Drawing gets a third of the time at most; the rest is for what comes in, and for who clicks. */
const REST_PER_DRAWING = 2
/** As long as drawing is this quick, news of the graph's parts need not wait for the next tick. */
const QUICK_MS = 25

export interface TraceListener {
  /** Another run, or this one from its start again: nothing known before holds. */
  reset?(): void
  /** New events, already in the log and the model. */
  events?(events: readonly TraceEvent[]): void
}

export interface TraceFeed {
  readonly log: ShallowRef<TraceLog>
  readonly model: ShallowRef<Model>
  readonly structure: ShallowRef<number>
  readonly tick: ShallowRef<number>
  /** Counts up with each reset. */
  readonly epoch: ShallowRef<number>
  listen(listener: TraceListener): () => void
  accept(batch: TraceBatch): void
  reset(): void
}

const feedKey: InjectionKey<TraceFeed> = Symbol('trace')

export function createTraceFeed(): TraceFeed {
  const log = shallowRef(new TraceLog())
  const model = shallowRef(newModel())
  const structure = shallowRef(0)
  const tick = shallowRef(0)
  const epoch = shallowRef(0)
  const listeners = new Set<TraceListener>()
  let run = 0
  let expectedSeq = 1
  let tickTimer: ReturnType<typeof setTimeout> | undefined
  let drawnStructure = 0
  /** How long the last drawing took that news made necessary. */
  let drawingMs = 0

  function reset(): void {
    log.value = new TraceLog()
    model.value = newModel()
    expectedSeq = 1
    epoch.value++
    structure.value++
    drawnStructure = 0
    for (const listener of listeners) listener.reset?.()
    tickNow()
  }

  function accept(batch: TraceBatch): void {
    if (batch.count === 0) return
    // 1. Another run. 2. An earlier start than what is known: the trace is being sent again. Both begin anew.
    if (batch.run !== run || (batch.firstSeq < expectedSeq && batch.firstSeq === 1)) {
      run = batch.run
      reset()
    }
    if (batch.firstSeq < expectedSeq) return
    if (batch.firstSeq > expectedSeq) log.value.clear(batch.firstSeq - expectedSeq)
    log.value.append(batch)
    expectedSeq = batch.firstSeq + batch.count
    const events = unpackBatch(batch)
    for (const event of events) applyEvent(model.value, event)
    for (const listener of listeners) listener.events?.(events)
    if (drawingMs < QUICK_MS) showStructure()
    const restMs = Math.min(TICK_MAX_MS, drawingMs * REST_PER_DRAWING)
    tickTimer ??= setTimeout(tickNow, Math.max(TICK_MS, restMs))
  }

  function showStructure(): void {
    if (model.value.structure === drawnStructure) return
    drawnStructure = model.value.structure
    structure.value++
  }

  function tickNow(): void {
    clearTimeout(tickTimer)
    tickTimer = undefined
    showStructure()
    tick.value++
    const sinceMs = performance.now()
    // Components are drawn in the microtask before the one that this waits for.
    void nextTick(() => (drawingMs = performance.now() - sinceMs))
  }

  function listen(listener: TraceListener): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  return { log, model, structure, tick, epoch, listen, accept, reset }
}

/** Connects the feed to the bridge; a window that was reloaded asks for the trace from its start. */
export function attachTrace(feed: TraceFeed, bridge: Bridge): () => void {
  return bridge.onTrace((batch) => feed.accept(batch))
}

export function provideTrace(app: App, feed: TraceFeed): void {
  app.provide(feedKey, feed)
}

export function useTrace(): TraceFeed {
  const feed = inject(feedKey)
  if (!feed) throw new Error('No trace was provided to this app.')
  return feed
}

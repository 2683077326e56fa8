/** Two actors of a scenario on one deployment, and what the trace tells of them. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { EngineClient } from '../../electron/cli/engine-client'
import { root } from '../../scripts/lib/paths.mjs'
import type { RunState } from '../../shared/contract'
import { unpackBatch } from '../../shared/trace/batch'
import type { TraceEvent } from '../../shared/trace/event-types'

/** Makes sure that the engine's bundle is there. */
export function buildEngine(): void {
  const options = ['scripts/build.mjs', '--if-stale', '--silent', 'worker', 'cli']
  const { status } = spawnSync(process.execPath, options, { cwd: root, stdio: 'inherit' })
  if (status !== 0) throw new Error('the engine was not built')
}

/**
 * Plays a scenario to its end, embedded at full speed or at that of real time, or on a redis-server. The engine is
 * started before the time is taken. Comes back with milliseconds of wall time from its first step to its last one;
 * throws if it does not keep its word.
 */
export async function playPair(
  text: string,
  where: 'embedded' | 'embedded at 1x' | 'local',
  heard: (event: TraceEvent) => void = () => undefined,
): Promise<number> {
  let finish!: (state: RunState) => void
  const finished = new Promise<RunState>((resolve) => {
    finish = resolve
  })
  const engine = EngineClient.start(join(root, 'dist'), {
    trace: (batch) => unpackBatch(batch).forEach(heard),
    state: (state) => {
      if (state.script.ended || state.status === 'failed') finish(state)
    },
  })
  try {
    const isLive = where === 'local'
    const source = { kind: 'text', name: 'bench', text } as const
    await engine.call('run.start', { source, paused: !isLive, on: { kind: isLive ? 'local' : 'embedded' } })
    if (!isLive) await engine.call('time.speed', { speed: where === 'embedded' ? 'max' : 1 })
    const startedAt = performance.now()
    if (!isLive) await engine.call('time.resume', {})
    const { script, error } = await finished
    const wallMs = performance.now() - startedAt
    const unmet = script.expectations
      .filter(({ ok }) => !ok)
      .map(({ expression, actual }) => `${expression}: ${actual}`)
    if (error || unmet.length > 0) throw new Error(error?.code ?? unmet.join(', '))
    if (isLive) await engine.call('run.stop', {})
    return wallMs
  } finally {
    await engine.close()
  }
}

/** A publisher of so many messages, `rate` a second, and who hears them all. */
export function pubsubPair(rate: number, count: number): string {
  return `
eventyard: 1
name: One publisher, one subscriber
deployment: { topology: standalone }
actors:
  press: { role: publisher, channel: news, rate: ${rate}/s, times: ${count} }
  ana: { role: subscriber, channels: [news] }
steps:
  - start: ana
  - until: listening = 1
    within: 5s
  - start: press
  - until: delivered(ana) = ${count}
    within: 1h
expect: { sent: ${count}, delivered(ana): ${count}, lost: 0 }
`
}

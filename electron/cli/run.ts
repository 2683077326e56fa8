import type { DeploymentChoice, RunState, Speed } from '../../shared/contract'
import { isConnectionUrl, parseConnection } from '../../shared/connection'
import { EventyardError } from '../../shared/errors'
import { unpackBatch, type TraceBatch } from '../../shared/trace/batch'
import { linesOf } from '../../shared/trace/line'
import { TextReader } from '../../shared/trace/texts'
import { columns } from './columns'
import { exitCodes, type Command, type Output } from './commands'
import { EngineClient } from './engine-client'
import { readOptions } from './options'
import { scenarioSource } from './scenario-source'
import { describeEvent } from './describe-event'

export const runCommand: Command = {
  name: 'run',
  usage: 'run FILE... [--seed N] [--on embedded|local|URL] [--speed max|1x] [--json] [--trace]',
  about: "Runs scenarios headless. FILE is a built-in scenario's name or a YAML file.",
  options: {
    seed: { type: 'string', value: 'N', about: "Another seed than the scenario's own, from 0 to 4294967295." },
    on: {
      type: 'string',
      value: 'embedded|local|URL',
      about:
        'Simulated nodes (the default), real servers that are started for it, or those at a URL such as redis://host.',
    },
    speed: {
      type: 'string',
      value: 'max|1x',
      about: 'max (the default), or a factor from 0.01x to 100x of real time.',
    },
    json: { type: 'boolean', about: 'A line of JSON for each scenario.' },
    trace: { type: 'boolean', about: 'Every trace event as a line of JSON, the lines that the hash is made of.' },
  },
  async run(argv, out) {
    const options = readOptions('run', this.options, argv)
    if (options.words.length === 0) throw new EventyardError('argument.missing', { command: 'run', what: 'a scenario' })
    const on = deploymentOf(options.text('on') ?? 'embedded')
    if (on.kind !== 'embedded' && options.text('speed') !== undefined && options.text('speed') !== '1x') {
      throw new EventyardError('live.time')
    }
    const settings: Settings = {
      on,
      seed: options.integer('seed', 0, 0xffffffff),
      speed: speedOf(options.text('speed') ?? 'max'),
      json: options.isSet('json'),
      trace: options.isSet('trace'),
    }
    // All of them are read before the first one runs: a typing error should not show up after minutes.
    const sources = options.words.map(scenarioSource)
    let failed = false
    for (const source of sources) {
      const ok = await play(source, settings, out)
      failed ||= !ok
    }
    return failed ? exitCodes.failed : exitCodes.done
  },
}

interface Settings {
  readonly on: DeploymentChoice
  readonly seed: number | undefined
  readonly speed: Speed
  readonly json: boolean
  readonly trace: boolean
}

async function play(source: ReturnType<typeof scenarioSource>, settings: Settings, out: Output): Promise<boolean> {
  const startedMs = performance.now()
  let finish!: (state: RunState) => void
  const finished = new Promise<RunState>((resolve) => {
    finish = resolve
  })
  // The window goes on living when its script is over; here that is the end, so what comes later is not shown.
  let isOver = false
  const trace = (batch: TraceBatch) => {
    if (!settings.trace && settings.json) return
    const lines = settings.trace ? linesOf(batch, new TextReader(batch.texts)).split('\n') : []
    for (const [index, event] of unpackBatch(batch).entries()) {
      if (isOver) return
      isOver = event.type === 'script.ended'
      const line = settings.trace ? lines[index] : describeEvent(event, settings.speed !== 'max' || isLive(settings))
      if (line !== undefined) out.line(line)
    }
  }
  const state = (now: RunState) => {
    if (now.script.ended || now.status === 'failed') finish(now)
  }
  const engine = EngineClient.start(__dirname, { trace, state })
  try {
    const { seed, speed, on } = settings
    await engine.call('run.start', { source, paused: !isLive(settings), on, ...(seed === undefined ? {} : { seed }) })
    if (!isLive(settings)) {
      await engine.call('time.speed', { speed })
      await engine.call('time.resume', {})
    }
    const end = await finished
    if (end.error) throw new EventyardError(end.error.code, end.error.values)
    if (isLive(settings)) await engine.call('run.stop', {})
    report(end, performance.now() - startedMs, settings, out)
    return end.script.failed === 0
  } finally {
    await engine.close()
  }
}

/** Whether it runs on real servers, whose time nobody can change. */
function isLive({ on }: Settings): boolean {
  return on.kind !== 'embedded'
}

function deploymentOf(text: string): DeploymentChoice {
  if (text === 'embedded' || text === 'local') return { kind: text }
  if (isConnectionUrl(text)) return { kind: 'remote', connection: parseConnection(text) }
  const fix = 'Give embedded, local, or a URL such as redis://localhost:6379.'
  throw new EventyardError('option.invalid', { option: '--on', value: text, fix })
}

function report({ scenario, seed, script }: RunState, wallMs: number, settings: Settings, out: Output): void {
  const { expectations, passed, failed, hash, events, endedUs } = script
  const virtualMs = endedUs / 1000
  if (settings.json) {
    const title = scenario!.name
    out.line(
      JSON.stringify({
        title,
        ok: failed === 0,
        seed,
        expectations,
        events,
        hash,
        virtualMs,
        wallMs: Math.round(wallMs),
      }),
    )
    return
  }
  if (settings.trace) return
  out.line('')
  for (const line of columns(
    expectations.map(({ ok, expression, actual }) => [ok ? 'passed' : 'FAILED', expression, actual]),
  )) {
    out.line(line)
  }
  out.line('')
  out.line(
    `${scenario!.name}, seed ${seed}: ${passed} passed, ${failed} failed; ${events} events in ${(virtualMs / 1000).toFixed(3)} s of ${isLive(settings) ? 'the run' : 'virtual time'}, ${Math.round(wallMs)} ms of real time`,
  )
  // What is observed on real servers is never the same twice, so it has no hash.
  out.line(hash === null ? `observed on ${settings.on.kind} servers` : `trace ${hash}`)
}

function speedOf(text: string): Speed {
  if (text === 'max') return 'max'
  const factor = /^\d+(\.\d+)?x$/.test(text) ? parseFloat(text) : NaN
  if (factor >= 0.01 && factor <= 100) return factor
  throw new EventyardError('option.invalid', {
    option: '--speed',
    value: text,
    fix: 'Give max, or a factor from 0.01x to 100x, such as 1x.',
  })
}

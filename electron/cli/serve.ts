import { resolve } from 'node:path'
import { EventyardError } from '../../shared/errors'
import { unpackBatch } from '../../shared/trace/batch'
import { linesOf } from '../../shared/trace/line'
import { TextReader } from '../../shared/trace/texts'
import { exitCodes, type Command } from './commands'
import { EngineClient } from './engine-client'
import { readOptions } from './options'

const topologies = ['standalone']

/** An empty world: its only inhabitants are the guests. */
const scenario = `
eventyard: 1
name: Served
actors: {}
deployment: { latency: 0 }
steps: [{ at: 0s }]
`

export const serveCommand: Command = {
  name: 'serve',
  usage: 'serve [--topology standalone] [--port P] [--aof DIR] [--trace]',
  about: 'Simulated nodes on TCP at 127.0.0.1, until SIGINT or SIGTERM.',
  options: {
    topology: { type: 'string', value: topologies.join('|'), about: 'What to serve; standalone is one node.' },
    port: { type: 'string', value: 'P', about: 'The first port; 7000 unless given, 0 for a free one.' },
    aof: {
      type: 'string',
      value: 'DIR',
      about: "Keep what is written in an append only file in DIR, and load what is there: Redis's own format.",
    },
    trace: {
      type: 'boolean',
      about: 'Every trace event as a line of JSON: who connects, and each command and message.',
    },
  },
  async run(argv, out) {
    const options = readOptions('serve', this.options, argv)
    if (options.words.length > 0) {
      throw new EventyardError('option.unknown', { option: options.words[0]!, command: 'serve' })
    }
    const topology = options.text('topology') ?? 'standalone'
    if (!topologies.includes(topology)) {
      const fix = `Served topologies: ${topologies.join(', ')}.`
      throw new EventyardError('option.invalid', { option: '--topology', value: topology, fix })
    }
    const port = options.integer('port', 0, 65535) ?? 7000
    const aofFolder = options.text('aof')
    const isTraced = options.isSet('trace')
    let crash!: (error: Error) => void
    const crashed = new Promise<never>((_, reject) => {
      crash = reject
    })
    const engine = EngineClient.start(
      __dirname,
      {
        trace: (batch) => {
          if (isTraced) out.lines(linesOf(batch, new TextReader(batch.texts)))
          else for (const event of unpackBatch(batch)) if (event.type === 'note') out.error(event.text)
        },
        state: ({ error }) => {
          if (error) crash(new EventyardError(error.code, error.values))
        },
      },
      { observed: isTraced, reachesOut: true, ...(aofFolder === undefined ? {} : { aofFolder: resolve(aofFolder) }) },
    )
    try {
      await engine.call('run.start', { source: { kind: 'text', name: 'serve', text: scenario } })
      const { address } = await engine.call('guest.open', { port })
      out.line('ready')
      out.line(`node-1 ${address}`)
      await Promise.race([signalled(), crashed])
      // What was written is to be on the disk before the thread ends.
      await engine.call('run.stop', {})
      return exitCodes.done
    } finally {
      await engine.close()
    }
  },
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
}

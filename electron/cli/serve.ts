import { resolve } from 'node:path'
import { EventyardError } from '../../shared/errors'
import { unpackBatch } from '../../shared/trace/batch'
import { linesOf } from '../../shared/trace/line'
import { TextReader } from '../../shared/trace/texts'
import { exitCodes, type Command } from './commands'
import { EngineClient } from './engine-client'
import { freePorts } from './free-ports'
import { readOptions, type ReadOptions } from './options'

const topologies = ['standalone', 'replicated', 'cluster'] as const
type Topology = (typeof topologies)[number]

const DEFAULT_PORT = 7000

interface Layout {
  readonly topology: Topology
  /** Its parameters as a scenario has them. */
  readonly deployment: string
  /** How many ports in a row it takes. */
  readonly nodes: number
}

/** An empty world: its only inhabitants are the guests. */
function scenarioOf({ deployment }: Layout): string {
  return `
eventyard: 1
name: Served
actors: {}
deployment: { latency: 0, ${deployment} }
steps: [{ at: 0s }]
`
}

export const serveCommand: Command = {
  name: 'serve',
  usage: 'serve [--topology standalone|replicated|cluster] [--port P] [--aof DIR] [--trace]',
  about: 'Simulated nodes on TCP at 127.0.0.1, until SIGINT or SIGTERM.',
  options: {
    topology: { type: 'string', value: topologies.join('|'), about: 'What to serve; standalone is one node.' },
    primaries: { type: 'string', value: 'N', about: 'Primaries of a cluster; 3 unless given.' },
    replicas: { type: 'string', value: 'N', about: 'Replicas of each primary: 1 in a cluster, else 2, unless given.' },
    sentinels: { type: 'string', value: 'N', about: 'Sentinels of a replicated deployment; 3 unless given.' },
    unformed: {
      type: 'boolean',
      about: 'Nodes of a cluster that do not know each other: for redis-cli --cluster create.',
    },
    port: {
      type: 'string',
      value: 'P',
      about: `The first port, the nodes follow at P+1, ...; ${DEFAULT_PORT} unless given, 0 for free ones.`,
    },
    aof: {
      type: 'string',
      value: 'DIR',
      about:
        "Keep what is written in an append only file in DIR, and load what is there: Redis's own format. One node only.",
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
    const layout = readLayout(options)
    const aofFolder = options.text('aof')
    if (aofFolder !== undefined && layout.topology !== 'standalone') {
      const fix = 'Leave it out, or serve a single node.'
      throw new EventyardError('option.invalid', { option: '--aof', value: aofFolder, fix })
    }
    const wanted = options.integer('port', 0, 65_536 - layout.nodes) ?? DEFAULT_PORT
    const port = wanted === 0 && layout.nodes > 1 ? await freePorts(layout.nodes) : wanted
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
      {
        observed: isTraced,
        reachesOut: true,
        firstPort: port,
        ...(aofFolder === undefined ? {} : { aofFolder: resolve(aofFolder) }),
      },
    )
    try {
      await engine.call('run.start', { source: { kind: 'text', name: 'serve', text: scenarioOf(layout) } })
      const { nodes } = await engine.call('guest.open', { port })
      out.line('ready')
      for (const { node, address } of nodes) out.line(`${node} ${address}`)
      await Promise.race([signalled(), crashed])
      // What was written is to be on the disk before the thread ends.
      await engine.call('run.stop', {})
      return exitCodes.done
    } finally {
      await engine.close()
    }
  },
}

/** Throws `option.invalid` for a topology that there is not, and for an option that another one has. */
function readLayout(options: ReadOptions): Layout {
  const text = options.text('topology') ?? 'standalone'
  const topology = topologies.find((one) => one === text)
  if (!topology) {
    const fix = `Served topologies: ${topologies.join(', ')}.`
    throw new EventyardError('option.invalid', { option: '--topology', value: text, fix })
  }
  const count = (name: string, of: readonly Topology[], initial: number, min: number, max: number) => {
    const value = options.integer(name, min, max)
    if (value !== undefined && !of.includes(topology)) {
      const fix = `It belongs to --topology ${of.join(' or ')}.`
      throw new EventyardError('option.invalid', { option: `--${name}`, value: String(value), fix })
    }
    return value ?? initial
  }
  const primaries = count('primaries', ['cluster'], 3, 1, 1000)
  const replicas = count('replicas', ['cluster', 'replicated'], topology === 'cluster' ? 1 : 2, 0, 100)
  const sentinels = count('sentinels', ['replicated'], 3, 0, 15)
  const isFormed = !options.isSet('unformed')
  if (!isFormed && topology !== 'cluster') {
    const fix = 'It belongs to --topology cluster.'
    throw new EventyardError('option.invalid', { option: '--unformed', value: topology, fix })
  }
  switch (topology) {
    case 'standalone':
      return { topology, nodes: 1, deployment: 'topology: standalone' }
    case 'replicated':
      return {
        topology,
        nodes: 1 + replicas + sentinels,
        deployment: `topology: replicated, replicas: ${replicas}, sentinels: ${sentinels}`,
      }
    case 'cluster':
      return {
        topology,
        nodes: primaries * (1 + replicas),
        deployment: `topology: cluster, primaries: ${primaries}, replicas: ${replicas}, formed: ${isFormed}`,
      }
  }
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
}

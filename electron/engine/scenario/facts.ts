/** What expressions may ask of a run besides the ledger of messages: commands, nodes, keys. */
import { bytesOf } from '../../../shared/bytes'
import type { Value } from '../../../shared/expression'
import type { TraceEvent } from '../../../shared/trace/event-types'
import type { Cancel } from '../../simulator/ports'
import { encode } from '../../simulator/resp/encode'
import { Peek } from '../../simulator/node/peek'
import { servesKey } from '../deployment/serves'
import { primaryOf } from '../deployment/targets'
import type { World } from '../world/world'

/** What clients send for themselves, when they connect and to find their way. */
const HOUSEKEEPING =
  /^(?:AUTH|CLIENT|CLUSTER|COMMAND|HELLO|INFO|PING|QUIT|READONLY|SELECT|SENTINEL|[PS]?(?:UN)?SUBSCRIBE)\b/i

interface Answers {
  ok: number
  failed: number
  redirected: number
}

/** Counts the answers that actors get and what becomes of nodes, and looks into the nodes where that is asked. */
export class Facts {
  private readonly answers = new Map<string, Answers>()
  private readonly counts = new Map<string, number>()
  private readonly asides = new Set<number>()
  private readonly stops: Cancel[]

  constructor(private readonly world: World) {
    const { trace } = world
    this.stops = [
      trace.listen(['command.sent', 'command.replied', 'command.redirected'], (event) => this.countAnswer(event)),
      trace.listen(['node.promoted', 'node.killed', 'node.failed', 'write.lost'], ({ type }) =>
        this.counts.set(type, (this.counts.get(type) ?? 0) + 1),
      ),
    ]
  }

  stop(): void {
    for (const stop of this.stops) stop()
  }

  /** Undefined for a name that is none of these. */
  valueOf(name: string, argument: string | undefined): Value | undefined {
    switch (name) {
      case 'answered':
        return this.sum(argument, 'ok')
      case 'failed':
        return this.sum(argument, 'failed')
      case 'redirected':
        return this.sum(argument, 'redirected')
      case 'promoted':
        return this.counts.get('node.promoted') ?? 0
      case 'killed':
        return this.counts.get('node.killed') ?? 0
      case 'writes_lost':
        return this.counts.get('write.lost') ?? 0
      case 'cluster_state':
        return this.world.processes.every(({ isRunning, node }) => !isRunning || node.cluster?.health.isOk === true)
          ? 'ok'
          : 'fail'
      case 'primaries':
        return this.primaries(argument)
      case 'running':
        return this.world.processes.filter(({ isRunning, isPaused }) => isRunning && !isPaused).length
      case 'value':
        return argument === undefined ? undefined : this.read(argument)
      default:
        return undefined
    }
  }

  private countAnswer(event: TraceEvent): void {
    if (event.type === 'command.sent') {
      if (HOUSEKEEPING.test(event.command)) this.asides.add(event.seq)
      return
    }
    if (event.type !== 'command.replied' && event.type !== 'command.redirected') return
    if (this.asides.delete(event.cause)) return
    let answers = this.answers.get(event.actor)
    if (!answers) this.answers.set(event.actor, (answers = { ok: 0, failed: 0, redirected: 0 }))
    if (event.type === 'command.redirected') answers.redirected++
    else if (event.failed === 1) answers.failed++
    else answers.ok++
  }

  private sum(actor: string | undefined, kind: keyof Answers): number {
    if (actor !== undefined) return this.answers.get(actor)?.[kind] ?? 0
    let sum = 0
    for (const answers of this.answers.values()) sum += answers[kind]
    return sum
  }

  /** How many running nodes believe that they are the primary, of a key's slot where one is given. */
  private primaries(key: string | undefined): number {
    return this.world.processes.filter(({ isRunning, node }) => {
      if (!isRunning || node.sentinel || node.replication.role !== 'primary') return false
      return key === undefined || servesKey(node, bytesOf(key))
    }).length
  }

  /** The number that a key holds, or how many elements it has, on the primary that serves it; 0 where there is none. */
  private read(key: string): number {
    const { node } = this.world.process(primaryOf(this.world, key))
    const peek = new Peek(node, 0)
    const type = /^\+(\w+)/.exec(encode(peek.run([bytesOf('TYPE'), bytesOf(key)]), 2))?.[1] ?? 'none'
    const command = { string: 'GET', list: 'LLEN', set: 'SCARD', hash: 'HLEN', zset: 'ZCARD', stream: 'XLEN' }[type]
    if (command === undefined) return 0
    const reply = encode(peek.run([bytesOf(command), bytesOf(key)]), 2)
    return Number(/^(?::|\$\d+\r\n)(-?\d+)/.exec(reply)?.[1] ?? 0)
  }
}

/** What can be counted from the trace alone, whatever the run runs on: the answers that actors get, what becomes of nodes. */
import type { Value } from '../../../shared/expression'
import type { TraceEvent } from '../../../shared/trace/event-types'
import type { Cancel } from '../../simulator/ports'
import type { Trace } from '../trace/trace'

/** What clients send for themselves, when they connect and to find their way. */
const HOUSEKEEPING =
  /^(?:AUTH|CLIENT|CLUSTER|COMMAND|HELLO|INFO|PING|QUIT|READONLY|SELECT|SENTINEL|[PS]?(?:UN)?SUBSCRIBE)\b/i

interface Answers {
  ok: number
  failed: number
  redirected: number
}

export class AnswerCounts {
  private readonly answers = new Map<string, Answers>()
  private readonly counts = new Map<string, number>()
  private readonly asides = new Set<number>()
  private readonly stops: Cancel[]

  constructor(trace: Trace) {
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
}

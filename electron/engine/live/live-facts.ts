import type { Value } from '../../../shared/expression'
import type { Cancel } from '../../simulator/ports'
import type { StageFacts } from '../scenario/stage'
import { AnswerCounts } from '../scenario/answer-counts'
import type { Trace } from '../trace/trace'

/** What expressions may ask of real servers. */
export class LiveFacts implements StageFacts {
  private counts: AnswerCounts | undefined
  private readonly stops: Cancel[] = []

  attach(trace: Trace): void {
    this.counts = new AnswerCounts(trace)
  }

  valueOf(name: string, argument: string | undefined): Value | undefined {
    return this.counts?.valueOf(name, argument)
  }

  stop(): void {
    this.counts?.stop()
    for (const stop of this.stops) stop()
  }
}

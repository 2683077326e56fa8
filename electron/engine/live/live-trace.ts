import type { EventInput } from '../../../shared/trace/event-types'
import type { Clock } from '../../simulator/ports'
import { Trace } from '../trace/trace'

/** A trace that nobody could repeat, so it has no hash, and whose causes follow code through its promises. */
export class LiveTrace extends Trace {
  constructor(
    clock: Clock,
    run: number,
    private readonly contextCause: () => number,
  ) {
    super(clock, run)
    this.stopHashing()
  }

  /** What happens now is put down to: what our own code says, or what the running code reacts to. */
  get presentCause(): number {
    return this.cause || this.contextCause()
  }

  override append(input: EventInput): number {
    return super.append(input.cause === undefined ? { ...input, cause: this.presentCause } : input)
  }
}

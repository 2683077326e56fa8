/** What expressions may ask of a run besides the ledger of messages: commands, nodes, keys. */
import { bytesOf } from '../../../shared/bytes'
import type { Value } from '../../../shared/expression'
import { encode } from '../../simulator/resp/encode'
import { Peek } from '../../simulator/node/peek'
import { servesKey } from '../deployment/serves'
import { primaryOf } from '../deployment/targets'
import { AnswerCounts } from './answer-counts'
import type { StageFacts } from './stage'
import type { World } from '../world/world'

/** Counts the answers that actors get and what becomes of nodes, and looks into the nodes where that is asked. */
export class Facts implements StageFacts {
  private readonly counts: AnswerCounts

  constructor(private readonly world: World) {
    this.counts = new AnswerCounts(world.trace)
  }

  stop(): void {
    this.counts.stop()
  }

  /** Undefined for a name that is none of these. */
  valueOf(name: string, argument: string | undefined): Value | undefined {
    switch (name) {
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
        return this.counts.valueOf(name, argument)
    }
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

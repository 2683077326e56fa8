/** Local servers as a run has them: their part in the trace, and what can be done to them. */
import { EventyardError } from '../../../shared/errors'
import type { FaultStep } from '../../../shared/scenario/fault-step'
import type { LiveDeployment } from './live-deployment'
import { LiveFacts } from './live-facts'
import type { LiveYard } from './live-yard'
import type { LocalNode, LocalServers } from './local-servers'

export class LocalDeployment implements LiveDeployment {
  readonly kind = 'local'
  readonly facts: LiveFacts
  private yard!: LiveYard
  private isStopping = false

  constructor(readonly servers: LocalServers) {
    this.facts = new LiveFacts()
    servers.follow((node) => this.changed(node))
  }

  attach(yard: LiveYard): void {
    this.yard = yard
    this.facts.attach(yard.trace)
  }

  tellStarted(): void {
    for (const node of this.servers.nodes) this.tellNode(node)
  }

  applyFault(_step: FaultStep): void {
    throw new EventyardError('live.embedded', { what: 'This fault' })
  }

  healAll(): void {
    // Nothing can be broken yet.
  }

  restart(words: readonly string[]): void {
    for (const word of words) void this.servers.startNode(this.servers.node(word), false)
  }

  async stop(): Promise<void> {
    this.isStopping = true
    this.facts.stop()
    await this.servers.stop()
  }

  private tellNode({ plan: { name, role, port } }: LocalNode): void {
    this.yard.trace.append({ type: 'node.started', node: name, role, address: `127.0.0.1:${port}` })
  }

  private changed(node: LocalNode): void {
    if (this.isStopping) return
    if (node.process.isRunning) this.tellNode(node)
    else this.yard.trace.append({ type: 'node.killed', node: node.plan.name, why: 'ended by itself' })
  }
}

import type { NodeProcess } from '../node/node-process'
import type { LinkState } from '../replication/replication'
import type { TestCluster } from './test-cluster'

export const SAMPLE_MS = 20

/** TCP's first wait before it sends again, and what a turn of the simulated kernel may add. */
const RETRY_FIRST_MS = 400

interface Span {
  readonly fromMs: number
  toMs: number
}

interface Sample {
  readonly atMs: number
  readonly link: LinkState
  /** The port of the node that it follows. */
  readonly followed: number | undefined
}

/**
 * What kept nodes from hearing of each other, sample by sample: nodes that did not run, links that were cut, and how
 * long TCP goes on waiting after that.
 */
export class Hindrances {
  private readonly apart = new Map<string, Span[]>()
  private readonly samples = new Map<NodeProcess, Sample[]>()
  private readonly jumps: { readonly node: NodeProcess; readonly atMs: number; readonly ms: number }[] = []
  private lastMs = -Infinity

  constructor(private readonly cluster: TestCluster) {}

  sample(): void {
    const { nodes, nowMs, deployment } = this.cluster
    const { links } = deployment.network
    for (const one of nodes) {
      const { link, primary } = one.node.replication
      const samples = this.samples.get(one) ?? []
      if (samples.length === 0) this.samples.set(one, samples)
      samples.push({ atMs: nowMs, link: one.isRunning ? link : 'none', followed: primary?.port })
      for (const other of nodes) {
        if (other.name <= one.name) continue
        const isCut = links.state(one.name, other.name).isCut || links.state(other.name, one.name).isCut
        if (isCut || !works(one) || !works(other)) this.noteApart(one, other, nowMs)
      }
    }
    this.lastMs = nowMs
  }

  noteJump(node: NodeProcess, ms: number): void {
    this.jumps.push({ node, atMs: this.cluster.nowMs, ms })
  }

  /** By how much a node's clock was put, in all, since then. */
  jumpedMs(node: NodeProcess, sinceMs: number): number {
    return this.jumps
      .filter((jump) => jump.node === node && jump.atMs >= sinceMs)
      .reduce((sum, { ms }) => sum + Math.abs(ms), 0)
  }

  /** The time for which they were apart, up to a moment: the last such span. */
  lastApart(one: NodeProcess, other: NodeProcess, beforeMs: number): Span | undefined {
    return this.spans(one, other)
      .filter(({ fromMs }) => fromMs <= beforeMs)
      .at(-1)
  }

  /**
   * Why nothing of a primary's stream could come to a replica at any moment of a span: what stopped it first; undefined
   * when something could.
   */
  whyNothingCame(from: NodeProcess, to: NodeProcess, sinceMs: number, untilMs: number): string | undefined {
    let why: string | undefined
    for (const { atMs, link, followed } of this.samples.get(to) ?? []) {
      if (atMs <= sinceMs + SAMPLE_MS || atMs >= untilMs - SAMPLE_MS) continue
      const span = this.lastApart(from, to, atMs)
      if (span && span.toMs >= atMs) why ??= `apart since ${Math.round(span.fromMs)}`
      else if (followed !== from.port) why ??= `following ${this.nameOf(followed)}`
      else if (link !== 'up') why ??= `link ${link}`
      else if (atMs <= this.retriesUntilMs(from, to, atMs)) why ??= 'TCP waits to send again'
      else return undefined
    }
    return why ?? 'in flight'
  }

  /**
   * What was lost is sent again after twice the time each time: at most so long after all is well as it was not before.
   * Whatever parts them again meanwhile makes it longer.
   */
  private retriesUntilMs(one: NodeProcess, other: NodeProcess, atMs: number): number {
    let [lostMs, untilMs] = [-Infinity, -Infinity]
    for (const { fromMs, toMs } of this.spans(one, other)) {
      if (fromMs > atMs) break
      if (fromMs > untilMs) lostMs = fromMs
      untilMs = Math.max(untilMs, toMs + (toMs - lostMs) + RETRY_FIRST_MS)
    }
    return untilMs
  }

  private nameOf(port: number | undefined): string {
    return this.cluster.nodes.find((node) => node.port === port)?.name ?? 'nobody'
  }

  private noteApart(one: NodeProcess, other: NodeProcess, nowMs: number): void {
    const spans = this.spans(one, other)
    const last = spans.at(-1)
    if (last && last.toMs >= this.lastMs) last.toMs = nowMs
    else spans.push({ fromMs: nowMs, toMs: nowMs })
  }

  private spans(one: NodeProcess, other: NodeProcess): Span[] {
    const key = one.name < other.name ? `${one.name} ${other.name}` : `${other.name} ${one.name}`
    let spans = this.apart.get(key)
    if (!spans) this.apart.set(key, (spans = []))
    return spans
  }
}

function works({ isRunning, isPaused }: NodeProcess): boolean {
  return isRunning && !isPaused
}

/**
 * What a cluster costs in one process: how long one that is started again takes until every node is linked to every
 * other one and says `ok`, how fast it lives on with nothing but gossip, how long an election takes, and how much memory
 * an idle node needs. `create` beside it is redis-cli on real servers. Nodes have Redis's own time-out of 15 s, which
 * sets how often they ping each other.
 *
 *   npm run bench -- cluster-scale [NODES...]     6 12 25 50 100 unless given
 *
 * A thousand nodes have a million links: NODE_OPTIONS=--max-old-space-size=8000, and minutes of a core's time. What takes
 * long says every few seconds how far it is.
 */
import { spawnSync } from 'node:child_process'
import { planDeployment } from '../electron/engine/deployment/plan'
import { SeededRandom } from '../electron/simulator/clock/seeded-random'
import { VirtualClock } from '../electron/simulator/clock/virtual-clock'
import { Network, type NetworkObserver } from '../electron/simulator/network/network'
import { NodeProcess } from '../electron/simulator/node/node-process'

/** Machines do not run in step: their nodes are started within one round of the cron. */
const START_SPREAD_US = 100_000

const PROGRESS_MS = 5000

const EPOCH_US = 1_767_225_600_000_000

const nobody: NetworkObserver = {
  commandSent: () => 0,
  arrived: () => undefined,
  vanished: () => undefined,
  accepted: () => undefined,
  opened: () => undefined,
  closed: () => undefined,
  failed: () => undefined,
}

class Scale {
  readonly clock = new VirtualClock(EPOCH_US)
  readonly processes: NodeProcess[]
  private saidAt = performance.now()
  private readonly startedAt = performance.now()

  /** `nodes` in all, half of them replicas. */
  constructor(nodes: number) {
    const random = new SeededRandom(1)
    const network = new Network({
      clock: this.clock,
      random: random.fork('network'),
      latency: { minUs: 300, maxUs: 900 },
      observer: nobody,
    })
    const plan = planDeployment(
      {
        topology: 'cluster',
        primaries: nodes / 2,
        replicas: 1,
        formed: true,
        config: { 'cluster-node-timeout': '15000' },
      },
      random.fork('deployment'),
    )
    this.processes = plan.nodes.map(
      (one) =>
        new NodeProcess({ plan: { ...one, files: heardLately(one.files!) }, clock: this.clock, random, network }),
    )
    this.processes.forEach((process, place) => {
      this.clock.after((START_SPREAD_US / nodes) * place, () => process.start())
    })
  }

  /** Every node is linked to every other one, and serves. */
  get isFormed(): boolean {
    return this.processes.every(({ isRunning, node }) => {
      if (!isRunning || !node.cluster!.health.isOk) return false
      for (const { link, isMyself } of node.cluster!.table.nodes.values()) {
        if (!isMyself && link?.isConnected !== true) return false
      }
      return true
    })
  }

  /** Lets time pass until something is so. */
  until(isSo: () => boolean): void {
    let events = 0
    while (!isSo()) {
      this.clock.runNext()
      if ((++events & 0xfff) === 0) this.sayProgress()
    }
  }

  /** Tells now and then how far it is. */
  private sayProgress(): void {
    const now = performance.now()
    if (now - this.saidAt < PROGRESS_MS) return
    this.saidAt = now
    let [links, ok] = [0, 0]
    for (const { isRunning, node } of this.processes) {
      if (!isRunning) continue
      if (node.cluster!.health.isOk) ok++
      for (const { link } of node.cluster!.table.nodes.values()) if (link?.isConnected === true) links++
    }
    const count = this.processes.length
    const spentS = ((now - this.startedAt) / 1000).toFixed(0)
    const virtualS = (this.clock.nowUs() / 1e6).toFixed(3)
    const rssMiB = (process.memoryUsage.rss() / 2 ** 20).toFixed(0)
    console.log(
      `  ${spentS} s: ${virtualS} s of virtual time, ${ok} of ${count} nodes say ok, ` +
        `${links} of ${count * (count - 1)} links are open, ${rssMiB} MiB`,
    )
  }

  advance(seconds: number): void {
    const endUs = this.clock.nowUs() + seconds * 1e6
    let events = 0
    for (let next = this.clock.nextUs(); next !== undefined && next <= endUs; next = this.clock.nextUs()) {
      this.clock.runNext()
      if ((++events & 0xfff) === 0) this.sayProgress()
    }
    this.clock.advanceTo(endUs)
  }
}

/** The nodes.conf of a cluster that was at work until just now. */
function heardLately(files: Readonly<Record<string, string>>): Record<string, string> {
  const heardMs = String(EPOCH_US / 1000 - 1000)
  return { 'nodes.conf': files['nodes.conf']!.replaceAll(/ 0 0 (\d+) connected/g, ` 0 ${heardMs} $1 connected`) }
}

function timed<T>(run: () => T): { ms: number; result: T } {
  const startedAt = performance.now()
  const result = run()
  return { ms: performance.now() - startedAt, result }
}

function measure(nodes: number): string[] {
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
  const { ms: startMs, result: scale } = timed(() => {
    const made = new Scale(nodes)
    made.advance(START_SPREAD_US / 1e6)
    while (!made.isFormed) made.advance(0.01)
    return made
  })
  const startedUs = scale.clock.nowUs()
  scale.advance(10)
  const { ms: idleMs } = timed(() => scale.advance(10))
  globalThis.gc?.()
  const after = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
  const [first] = scale.processes
  first!.kill()
  const killedUs = scale.clock.nowUs()
  const successor = scale.processes[nodes / 2]!
  const { ms: electMs } = timed(() => scale.until(() => successor.node.replication.role === 'primary'))
  const electUs = scale.clock.nowUs() - killedUs
  return [
    String(nodes),
    startMs.toFixed(0),
    (startedUs / 1e6).toFixed(1),
    (10_000 / idleMs).toFixed(1),
    ((idleMs * 1000) / 10 / nodes).toFixed(0),
    ((after - before) / 1024 / nodes).toFixed(0),
    (electUs / 1e6).toFixed(2),
    electMs.toFixed(0),
  ]
}

export function run(args: readonly string[]): void {
  const sizes = args.length > 0 ? args.map(Number) : [6, 12, 25, 50, 100].map((size) => size + (size % 2))
  const wrong = sizes.find((size) => !Number.isInteger(size) || size < 2 || size % 2 === 1)
  if (wrong !== undefined) throw new Error(`${wrong} is not an even number of nodes`)
  if (!globalThis.gc) console.log('(without --expose-gc the memory is a rough figure)')
  // The first world pays for what is compiled on the way.
  measure(6)
  const head = ['nodes', 'ok ms', 'ok virtual s', 'x real time', 'us/node/s', 'KiB/node', 'elected s', 'elected ms']
  console.log(head.join('\t'))
  for (const size of sizes) console.log(measure(size).join('\t'))
  console.log(`redis-cli --cluster create on six real servers: ${realCreateMs()}`)
}

function realCreateMs(): string {
  const ports = [18_301, 18_302, 18_303, 18_304, 18_305, 18_306]
  const script = `
    d=$(mktemp -d); for p in ${ports.join(' ')}; do mkdir $d/$p; (cd $d/$p; redis-server --port $p --save '' --cluster-enabled yes --daemonize yes --pidfile $d/$p.pid >/dev/null); done
    for p in ${ports.join(' ')}; do until redis-cli -p $p ping >/dev/null 2>&1; do sleep 0.05; done; done
    s=$(date +%s%N); redis-cli --cluster create ${ports.map((port) => `127.0.0.1:${port}`).join(' ')} --cluster-replicas 1 --cluster-yes >/dev/null
    until redis-cli -p ${ports[0]} cluster info | grep -q cluster_state:ok; do sleep 0.05; done
    e=$(date +%s%N); for p in ${ports.join(' ')}; do redis-cli -p $p shutdown nosave; done; rm -rf $d; echo $(( (e - s) / 1000000 ))`
  const { stdout, status } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
  return status === 0 ? `${stdout.trim()} ms` : 'not measured: there is no redis-server'
}

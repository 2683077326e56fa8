import { SeededRandom } from '../clock/seeded-random'
import type { NodeProcess } from '../node/node-process'
import { ClusterClients, listOf } from './cluster-clients'
import { explainLoss, type Loss, type LossLimits } from './explain-loss'
import { Hindrances, SAMPLE_MS } from './hindrances'
import { TestCluster } from './test-cluster'
import { WriteLedger } from './write-ledger'

const STEPS = 25
const PAUSE_MAX_MS = 4000
const WRITE_MS = 200
const HEAL_MS = 120_000
const JUMP_MAX_US = 10_000_000
const DRIFT_MAX_PPM = 100_000
const PRIMARIES = 3
const TIMEOUT_MS = 2000

/** Clocks may go by so much too slowly, and what is measured in whole seconds, in ticks and in turns adds some. */
const limits: LossLimits = {
  // repl-ping-replica-period, cluster-node-timeout * (cluster-replica-validity-factor + 1), and an election.
  dataAgeMs: (10_000 + 11 * TIMEOUT_MS + 4 * TIMEOUT_MS) * 1.1 + 2000,
  // A link that was opened while they were apart is opened anew when it is as old as the time-out.
  newsMs: (TIMEOUT_MS + 500) * 1.1,
}

/**
 * A cluster that is hit by one fault after the other, chosen by a seed: processes that die and come back, that stop for
 * a while, networks that part, clocks that jump and drift, failovers by hand. Gives what it did wrong, in words.
 */
export class FaultRun {
  readonly problems: string[] = []
  readonly log: string[] = []
  /** How many writes were acknowledged and are lost, by the rule of Redis that lost them. */
  readonly losses: Record<Loss['rule'], number> = {
    'not replicated': 0,
    forced: 0,
    'offsets alike': 0,
    'replaced without knowing': 0,
    unexplained: 0,
  }
  readonly cluster: TestCluster
  private readonly random: SeededRandom
  private readonly clients: ClusterClients
  private readonly mends: (() => void)[] = []
  /** Who has claimed slots as a primary, by epoch: everybody's own word. */
  private readonly claims = new Map<number, { readonly name: string; readonly slots: readonly number[] }[]>()
  private readonly versions = new Map<NodeProcess, string>()
  private readonly votes = new Set<string>()
  private seenEvents = 0

  private readonly ledger: WriteLedger
  private readonly hindrances: Hindrances

  constructor(seed: number, firstPort?: number) {
    this.random = new SeededRandom(seed).fork('faults')
    const lists = Array.from({ length: PRIMARIES }, (_, index) => listOf(index, PRIMARIES))
    this.ledger = new WriteLedger(() => this.cluster, lists)
    const config = {
      // What a process has written outlives it: without a file, a primary that is started again too soon is empty.
      appendonly: 'yes',
      'repl-diskless-sync-delay': '0',
      // Whether replicas move to primaries that have none.
      'cluster-migration-barrier': seed % 4 === 3 ? '1' : '1000',
    }
    this.cluster = new TestCluster({
      seed,
      primaries: PRIMARIES,
      replicasEach: 1 + (seed % 2),
      config,
      ...(firstPort === undefined ? {} : { firstPort }),
      observe: (place) => this.ledger.observer(place),
    })
    this.hindrances = new Hindrances(this.cluster)
    this.clients = new ClusterClients(this.cluster, this.random.fork('clients'), lists)
  }

  run(): this {
    const { cluster } = this
    cluster.create()
    this.ledger.begin()
    for (let step = 0; step < STEPS && this.problems.length === 0; step++) {
      if (step % 5 === 0) this.clients.block()
      this.hit()
      this.pass(this.random.integer(50, PAUSE_MAX_MS))
    }
    this.heal()
    return this
  }

  private hit(): void {
    const { random, cluster } = this
    const node = cluster.nodes[random.integer(0, cluster.nodes.length - 1)]!
    switch (random.integer(0, 9)) {
      case 0:
      case 1:
        this.note(`kill ${node.name}`)
        node.kill()
        return
      case 2:
        this.note('start all')
        this.startAll()
        return
      case 3:
        this.note(`pause ${node.name}`)
        node.pause()
        return
      case 4:
        this.note('resume all')
        for (const one of cluster.nodes) one.resume()
        return
      case 5: {
        const side = cluster.nodes.filter(() => random.float() < 0.4)
        this.note(`part ${side.map(({ name }) => name).join(' ')}`)
        this.mends.push(
          cluster.part(
            side,
            cluster.nodes.filter((one) => !side.includes(one)),
          ),
        )
        return
      }
      case 6:
        this.note('mend')
        for (const mend of this.mends.splice(0)) mend()
        return
      case 7: {
        const us = random.integer(-JUMP_MAX_US, JUMP_MAX_US)
        this.note(`jump the clock of ${node.name} by ${us} us`)
        node.clock.jump(us)
        this.hindrances.noteJump(node, us / 1000)
        return
      }
      case 8: {
        const ppm = random.integer(-DRIFT_MAX_PPM, DRIFT_MAX_PPM)
        this.note(`drift of ${node.name}: ${ppm} ppm`)
        node.clock.drift(ppm)
        return
      }
      default:
        this.note(`failover to ${node.name}`)
        if (node.isRunning && !node.isPaused) {
          cluster.ask(node, 'CLUSTER', 'FAILOVER', ...(random.float() < 0.5 ? ['FORCE'] : []))
        }
    }
  }

  /** Everything works again: then there has to be one view, and somebody for each slot. */
  private heal(): void {
    const { cluster } = this
    this.note('heal')
    for (const mend of this.mends.splice(0)) mend()
    for (const node of cluster.nodes) {
      node.resume()
      node.clock.drift(0)
    }
    this.startAll()
    for (let waitedMs = 0; waitedMs < HEAL_MS && this.problems.length === 0; waitedMs += 500) {
      if (cluster.isWell && cluster.nodes.every((node) => cluster.known(node) === cluster.nodes.length)) {
        this.checkClients()
        return
      }
      this.pass(500)
    }
    this.problems.push('it does not heal', ...cluster.nodes.map((node) => `${node.name} sees:\n${cluster.view(node)}`))
  }

  private startAll(): void {
    for (const node of this.cluster.nodes) if (!node.isRunning) node.start()
  }

  private pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += SAMPLE_MS) {
      this.cluster.advance(SAMPLE_MS)
      this.hindrances.sample()
      this.checkClaims()
      if (passed % WRITE_MS !== 0) continue
      this.clients.look()
      this.clients.write()
    }
    this.checkVotes()
  }

  /** Two primaries may have the same epoch for a while, but never the same slot in it. */
  private checkClaims(): void {
    for (const process of this.cluster.nodes) {
      if (!process.isRunning) continue
      const { myself, table } = process.node.cluster!
      const version = `${myself.isPrimary} ${myself.configEpoch} ${table.version}`
      if (this.versions.get(process) === version) continue
      this.versions.set(process, version)
      if (!myself.isPrimary || myself.slotCount === 0) continue
      const slots = table.slotsOf(myself)
      const claims = this.claims.get(myself.configEpoch) ?? []
      const rival = claims.find(({ name, slots: theirs }) => name !== myself.name && overlaps(theirs, slots))
      if (rival) this.problems.push(`epoch ${myself.configEpoch} has two owners: ${rival.name} and ${myself.name}`)
      if (!claims.some(({ name }) => name === myself.name)) claims.push({ name: myself.name, slots })
      this.claims.set(myself.configEpoch, claims)
    }
  }

  /** What is lost was lost by a rule, and nobody who waits was forgotten. */
  private checkClients(): void {
    const { clients } = this
    clients.look()
    this.explainLosses()
    for (const { on, queue } of clients.forgotten()) {
      this.problems.push(`who waited on ${on.name} for ${queue} waits still`)
    }
  }

  /** Leads each write that is lost back to its fault; the log tells of those together that were lost together. */
  private explainLosses(): void {
    const together = new Map<string, { readonly atMs: number; readonly loss: Loss; readonly entries: string[] }>()
    for (const { entry, list } of this.clients.lost()) {
      const write = this.ledger.writes.get(entry)!
      const loss = explainLoss(write, this.ledger, this.hindrances, limits)
      this.losses[loss.rule]++
      const key = `${list} of ${write.node.name}: ${loss.why}`
      const known = together.get(key)
      if (known) known.entries.push(entry)
      else together.set(key, { atMs: write.atMs, loss, entries: [entry] })
    }
    for (const [key, { atMs, loss, entries }] of together) {
      const what = `${loss.rule}: ${entries.length} writes from ${Math.round(atMs)} on, ${entries[0]} to ${entries.at(-1)}`
      this.log.push(`lost, ${what}, in ${key}`)
      if (loss.rule === 'unexplained') this.problems.push(`lost, ${what}, in ${key}`)
    }
  }

  private checkVotes(): void {
    const { events } = this.cluster
    for (; this.seenEvents < events.length; this.seenEvents++) {
      const { node, event } = events[this.seenEvents]!
      if (event.kind !== 'vote-granted') continue
      const vote = `${node} in epoch ${event.epoch}`
      if (this.votes.has(vote)) this.problems.push(`${vote} has voted twice`)
      this.votes.add(vote)
    }
  }

  private note(what: string): void {
    this.log.push(`${Math.round(this.cluster.nowMs)} ${what}`)
  }

  get lostWrites(): number {
    return Object.values(this.losses).reduce((sum, count) => sum + count, 0)
  }

  get acknowledgedWrites(): number {
    return this.clients.acknowledged.length
  }

  /** Replicas of a replica that are left: Redis 7.0 leaves them too, when no claim of slots comes that is new to them. */
  get subReplicas(): number {
    return this.cluster.nodes.filter(({ node }) => node.cluster!.myself.primary?.isReplica).length
  }

  get blockedClients(): number {
    return this.clients.blocked.length
  }

  /** How many took their primary's place. */
  get promotions(): number {
    return this.cluster.seen('promoted').length
  }
}

function overlaps(some: readonly number[], others: readonly number[]): boolean {
  const set = new Set(some)
  return others.some((slot) => set.has(slot))
}

/**
 * Everything that can be done to a deployment on purpose, as the window asks for it. Machines are named: `node-1`,
 * `sentinel-2`, an actor. Some faults stay until they are healed (a cut, a partition), some are over at once (a kill).
 */
import { z } from 'zod'

z.config({ jitless: true })

const machine = z.string().min(1).max(100)
const machines = z.array(machine).min(1).max(2000)
const DAY_US = 86_400_000_000
const us = z.number().min(0).max(DAY_US)

export const faultSchema = z.discriminatedUnion('kind', [
  /** kill -9: the process is gone, and what it had not written. */
  z.strictObject({ kind: z.literal('kill'), nodes: machines }),
  /** The machine loses its power: of what was not synced to its disk, chance says how much is left. */
  z.strictObject({ kind: z.literal('power'), nodes: machines }),
  /** SIGTERM: it ends in good order. */
  z.strictObject({ kind: z.literal('stop'), nodes: machines }),
  /** SIGSTOP, or a long pause of garbage collection: it stands still, its sockets stay. */
  z.strictObject({ kind: z.literal('pause'), nodes: machines }),
  /** Nothing gets through from some machines to others; both ways unless `oneWay`. */
  z.strictObject({ kind: z.literal('cut'), from: machines, to: machines, oneWay: z.boolean().default(false) }),
  /** All that goes between them takes longer, by a fixed time, a random one, and by what a narrow line carries. */
  z.strictObject({
    kind: z.literal('delay'),
    from: machines,
    to: machines,
    delayUs: us.default(0),
    jitterUs: us.default(0),
    /** 0 is as much as there is. */
    bytesPerSecond: z.number().min(0).max(1e12).default(0),
    oneWay: z.boolean().default(false),
  }),
  /**
   * The next flight from one machine to another is held until the fault is healed, lost once, sent twice, or overtaken.
   * TCP makes good of it, at the price of time.
   */
  z.strictObject({
    kind: z.literal('flight'),
    from: machine,
    to: machine,
    what: z.enum(['hold', 'drop', 'duplicate', 'reorder']),
  }),
  /** Their connections are reset; new ones may be opened. */
  z.strictObject({ kind: z.literal('drop'), from: machines, to: machines }),
  /** Whoever is in one group cannot reach those of another. Who is in none reaches everybody. */
  z.strictObject({ kind: z.literal('partition'), groups: z.array(machines).min(2).max(50) }),
  z.strictObject({ kind: z.literal('fill-disk'), nodes: machines }),
  /** Making a file durable takes so long. */
  z.strictObject({ kind: z.literal('slow-disk'), nodes: machines, syncUs: us }),
  /** The time of day is set forward, or back. */
  z.strictObject({ kind: z.literal('jump-clock'), nodes: machines, byUs: z.number().min(-DAY_US).max(DAY_US) }),
  /** The time of day gains so many microseconds a second. */
  z.strictObject({ kind: z.literal('drift'), nodes: machines, ppm: z.number().min(-500_000).max(500_000) }),
])
export type Fault = z.output<typeof faultSchema>
export type FaultKind = Fault['kind']

/** A fault that lies on the deployment until it is healed, or ends by itself. */
export interface ActiveFault {
  readonly id: number
  readonly fault: Fault
  readonly sinceUs: number
  /** When it ends by itself. */
  readonly endsUs: number | null
}

const slot = z.int().min(0).max(16_383)

/** What an operator can do to a deployment while it runs. */
export const topologyChange = z.discriminatedUnion('kind', [
  /** One more node: a primary without slots, or a replica of the shard of `replicaOf`. */
  z.strictObject({ kind: z.literal('add-node'), replicaOf: machine.optional() }),
  /** One more Sentinel, for a primary with replicas. */
  z.strictObject({ kind: z.literal('add-sentinel') }),
  /** Its slots go to the other primaries first. */
  z.strictObject({ kind: z.literal('remove-node'), node: machine }),
  /** Ranges of slots, first and last. */
  z.strictObject({ kind: z.literal('move-slots'), slots: z.array(z.tuple([slot, slot])).min(1), to: machine }),
  z.strictObject({ kind: z.literal('rebalance') }),
  z.strictObject({
    kind: z.literal('failover'),
    replica: machine,
    how: z.enum(['default', 'force', 'takeover']).default('default'),
  }),
  z.strictObject({ kind: z.literal('rolling-restart') }),
])
export type TopologyChange = z.output<typeof topologyChange>

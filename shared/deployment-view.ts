/**
 * A deployment as it is at one moment, for the Cluster view: what each node is and has, and what it believes of the
 * others, which may differ. Looking at it changes nothing and takes no time.
 */
import { z } from 'zod'
import { faultSchema, topologyChange } from './faults'

z.config({ jitless: true })

/** First and last slot of a range. */
const range = z.tuple([z.int(), z.int()])

/** What one node of a cluster believes of another one, or of itself. */
const belief = z.strictObject({
  node: z.string(),
  /** As CLUSTER NODES has them: myself, master, slave, fail?, fail, handshake, noaddr. */
  flags: z.array(z.string()),
  primary: z.string().nullable(),
  slots: z.array(range),
  configEpoch: z.int(),
  isConnected: z.boolean(),
  /** When the PING was sent that is not answered yet, by the believer's clock in Unix ms; 0 when none is awaited. */
  pingSentMs: z.int(),
  /** When the last PONG came; 0 when none ever has. */
  pongReceivedMs: z.int(),
})
export type Belief = z.output<typeof belief>

const clusterPart = z.strictObject({
  id: z.string(),
  state: z.enum(['ok', 'fail']),
  currentEpoch: z.int(),
  configEpoch: z.int(),
  /** What it serves, as it believes itself. */
  slots: z.array(range),
  migrating: z.array(z.strictObject({ slot: z.int(), peer: z.string() })),
  importing: z.array(z.strictObject({ slot: z.int(), peer: z.string() })),
  beliefs: z.array(belief),
})

const nodeView = z.strictObject({
  name: z.string(),
  host: z.string(),
  port: z.int(),
  state: z.enum(['running', 'paused', 'down']),
  role: z.enum(['primary', 'replica', 'sentinel']),
  /** Whom it follows. */
  primary: z.string().nullable(),
  /** How it stands with its primary. */
  link: z.enum(['none', 'connect', 'connecting', 'syncing', 'up']),
  offset: z.int(),
  /** How many bytes of its primary's stream it has not applied; null where nobody knows. */
  behindBytes: z.int().nullable(),
  keys: z.int(),
  clients: z.int(),
  operationsPerSecond: z.number(),
  /** Its own time of day, in Unix ms: what its beliefs about others are measured by. */
  unixMs: z.int(),
  /** How far its time of day is from the world's. */
  clockErrorUs: z.int(),
  isDiskFull: z.boolean(),
  cluster: clusterPart.nullable(),
})
export type NodeView = z.output<typeof nodeView>

export const deploymentViewSchema = z.strictObject({
  topology: z.enum(['standalone', 'replicated', 'cluster']),
  nowUs: z.number(),
  nodes: z.array(nodeView),
  /** Keys and channels of the run with their slots, at most 200: what stands over the slot bar. */
  named: z.array(z.strictObject({ name: z.string(), kind: z.string(), slot: z.int(), node: z.string().nullable() })),
  faults: z.array(
    z.strictObject({ id: z.int(), fault: faultSchema, sinceUs: z.number(), endsUs: z.number().nullable() }),
  ),
  /** What each actor's client believes of the slots, ranges by their primary's name; only where that was asked for. */
  slotMaps: z.array(
    z.strictObject({
      actor: z.string(),
      ranges: z.array(z.strictObject({ first: z.int(), last: z.int(), node: z.string() })),
    }),
  ),
  /** What an operator was asked for: first what it is at, with how many slots of how many are moved, then what waits. */
  jobs: z.array(z.strictObject({ change: topologyChange, done: z.int(), of: z.int() })),
  /** Why the last job could not be done, until there is another. */
  jobFailure: z.strictObject({ change: topologyChange, problem: z.string() }).nullable(),
})
export type DeploymentView = z.output<typeof deploymentViewSchema>

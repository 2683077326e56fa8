/**
 * What is on its way between machines, for the Cluster view: each flight from when it was sent to when it arrives. There are
 * far more of them than anybody can see, so each kind is sampled, and none of them is in the trace.
 */
import { z } from 'zod'

z.config({ jitless: true })

/**
 * `gossip` is what nodes and Sentinels always tell each other, `vote` and `bus` the rest of the cluster bus; `replication`
 * is a primary's stream, `acknowledgement` its replica's answer; `redirect` is a MOVED or ASK.
 */
export const flightKinds = [
  'gossip',
  'vote',
  'bus',
  'replication',
  'acknowledgement',
  'command',
  'reply',
  'redirect',
] as const
export type FlightKind = (typeof flightKinds)[number]

const flight = z.strictObject({
  kind: z.enum(flightKinds),
  from: z.string(),
  to: z.string(),
  sentUs: z.number(),
  /** Null where it is held or lost. */
  arrivesUs: z.number().nullable(),
})
export type Flight = z.output<typeof flight>

/** The flights that left since they were asked for last. */
export const flightsSchema = z.strictObject({ nowUs: z.number(), flights: z.array(flight) })
export type Flights = z.output<typeof flightsSchema>

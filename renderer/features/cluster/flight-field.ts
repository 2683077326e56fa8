/**
 * What travels between machines on the map. A flight takes a millisecond or so: at full speed nobody would see it, so it is
 * stretched and flies in the scene's own time, which stands still in a pause. Where playback is slow enough that the eye
 * can follow, or time stands still, it is where it truly is between its sending and its arrival.
 */
import type { Flight, FlightKind } from '../../../shared/flights'

/** On screen: shorter than this and a flight is stretched to it. */
export const FLIGHT_MS = 420
export const TRUE_MIN_MS = 120
/** How long a flight that is held or lost stays to be seen, where it stopped. */
const STUCK_MS = 1500
export const STUCK_AT = 0.45
const FIELD_MAX = 900

export interface Airborne {
  readonly flight: Flight
  /** In the scene's time; undefined where the run's clock says where it is. */
  readonly startMs: number | undefined
}

export class FlightField {
  private airborne: Airborne[] = []
  nowMs = 0

  get count(): number {
    return this.airborne.length
  }

  clear(): void {
    this.airborne = []
  }

  /** Takes flights that left; `speed` is how fast the run goes, 0 while it stands still. */
  take(flights: readonly Flight[], speed: number): void {
    flights.forEach((flight, index) => {
      const trueMs = flight.arrivesUs === null ? 0 : (flight.arrivesUs - flight.sentUs) / 1000 / Math.max(speed, 1e-6)
      const isTrue = flight.arrivesUs !== null && (speed === 0 || trueMs >= TRUE_MIN_MS)
      // What left at different times and is heard of at once sets off one after the other.
      const startMs = this.nowMs + (index / flights.length) * 80
      this.airborne.push({ flight, startMs: isTrue ? undefined : startMs })
    })
    if (this.airborne.length > FIELD_MAX) this.airborne.splice(0, this.airborne.length - FIELD_MAX)
  }

  /** Lets time pass, and lets go of what has arrived. Whether anything is left that moves by itself. */
  advance(byMs: number, nowUs: number): boolean {
    this.nowMs += byMs
    this.airborne = this.airborne.filter((one) => this.placeOf(one, nowUs) < 1)
    return this.airborne.some(({ startMs }) => startMs !== undefined)
  }

  /** Calls back for each with how much of its way it has gone, from 0; `isStuck` where it will not arrive. */
  each(nowUs: number, visit: (flight: Flight, place: number, isStuck: boolean) => void): void {
    for (const one of this.airborne) {
      const place = this.placeOf(one, nowUs)
      if (place < 0 || place >= 1) continue
      const isStuck = one.flight.arrivesUs === null
      visit(one.flight, isStuck ? Math.min(STUCK_AT, (place * STUCK_MS) / FLIGHT_MS) : place, isStuck)
    }
  }

  private placeOf({ flight, startMs }: Airborne, nowUs: number): number {
    if (startMs !== undefined) {
      return (this.nowMs - startMs) / (flight.arrivesUs === null ? STUCK_MS : FLIGHT_MS)
    }
    return (nowUs - flight.sentUs) / (flight.arrivesUs! - flight.sentUs)
  }
}

/** How each kind looks: the token of its colour, its size, and how much it stands out. */
export const looks: Readonly<Record<FlightKind, { colour: string; size: number; alpha: number; isSquare?: true }>> = {
  gossip: { colour: '--fg-3', size: 4, alpha: 0.6 },
  acknowledgement: { colour: '--fg-3', size: 4, alpha: 0.6 },
  reply: { colour: '--arrive', size: 4, alpha: 0.6 },
  command: { colour: '--send', size: 6, alpha: 1, isSquare: true },
  replication: { colour: '--send', size: 6, alpha: 0.8, isSquare: true },
  bus: { colour: '--route', size: 6, alpha: 0.8 },
  vote: { colour: '--route', size: 8, alpha: 1 },
  redirect: { colour: '--route', size: 8, alpha: 1 },
}

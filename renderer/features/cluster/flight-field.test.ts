import { describe, expect, it } from 'vitest'
import type { Flight } from '../../../shared/flights'
import { FlightField, FLIGHT_MS, STUCK_AT } from './flight-field'

const flight = (part: Partial<Flight> = {}): Flight => ({
  kind: 'command',
  from: 'shop',
  to: 'node-1',
  sentUs: 10_000,
  arrivesUs: 12_000,
  ...part,
})

function places(field: FlightField, nowUs: number): number[] {
  const found: number[] = []
  field.each(nowUs, (_flight, place) => found.push(Math.round(place * 100) / 100))
  return found
}

describe('a field of flights', () => {
  it('shows a flight where it truly is when playback is slow, and lets go of it when it has arrived', () => {
    const field = new FlightField()
    field.take([flight()], 0.01)
    expect(places(field, 10_500)).toEqual([0.25])
    field.advance(5000, 11_500)
    expect(places(field, 11_500)).toEqual([0.75])
    field.advance(16, 12_000)
    expect(field.count).toBe(0)
  })

  it('shows it where it is while time stands still, however long that lasts', () => {
    const field = new FlightField()
    field.take([flight()], 0)
    expect(field.advance(60_000, 11_000)).toBe(false)
    expect(places(field, 11_000)).toEqual([0.5])
  })

  it('stretches what is too fast for the eye, and stands still with the scene', () => {
    const field = new FlightField()
    field.take([flight()], 1)
    field.advance(FLIGHT_MS / 2, 90_000)
    expect(places(field, 90_000)).toEqual([0.5])
    field.advance(0, 90_000)
    expect(places(field, 90_000)).toEqual([0.5])
    expect(field.advance(FLIGHT_MS / 2, 90_000)).toBe(false)
    expect(field.count).toBe(0)
  })

  it('stops what is held or lost on its way', () => {
    const field = new FlightField()
    field.take([flight({ arrivesUs: null })], 1)
    field.advance(FLIGHT_MS, 90_000)
    const stuck: boolean[] = []
    field.each(90_000, (_flight, _place, isStuck) => stuck.push(isStuck))
    expect([places(field, 90_000), stuck]).toEqual([[STUCK_AT], [true]])
  })

  it('is bounded', () => {
    const field = new FlightField()
    field.take(
      Array.from({ length: 5000 }, () => flight()),
      1,
    )
    expect(field.count).toBe(900)
  })
})

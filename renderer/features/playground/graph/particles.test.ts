import { beforeEach, describe, expect, it } from 'vitest'
import type { TraceEvent } from '../../../../shared/trace/event-types'
import { deliveryEdge, publishEdge } from '../../../trace/model'
import { FALL_MS, flightMs, Kind, niceAbove, Particles, sceneSpeed } from './particles'

const at = { connection: 1, node: 'n', cause: 0, t: 0, seq: 1 }
const published = (message: number): TraceEvent => ({
  ...at,
  type: 'message.published',
  actor: 'ana',
  channel: 'c',
  message,
  payload: '',
  receivers: 1,
})
const delivered = (message: number): TraceEvent => ({
  ...at,
  type: 'message.delivered',
  actor: 'cem',
  channel: 'c',
  pattern: '',
  message,
  latencyUs: 900,
})
const lost = (message: number, actor: string): TraceEvent => ({
  ...at,
  type: 'message.lost',
  actor,
  channel: 'c',
  message,
  why: 'disconnected',
})

const lossEdge = (channel: string, actor: string) => deliveryEdge(channel, actor, '')

describe('Particles', () => {
  let particles: Particles
  beforeEach(() => {
    particles = new Particles()
  })

  it('sends the second leg off where the first has landed', () => {
    particles.take(published(1), 0, lossEdge)
    particles.take(delivered(1), 0, lossEdge)
    expect(particles.count).toBe(2)
    expect(particles.starts[1]).toBeCloseTo(particles.starts[0]! + particles.durations[0]!, 3)
    expect(particles.lanes[0]).toBe(particles.laneOf(publishEdge('ana', 'c')).index)
  })

  it('stands still while the scene does', () => {
    particles.take(published(1), 0, lossEdge)
    for (let frame = 0; frame < 100; frame++) expect(particles.advance(0)).toBe(true)
    expect(particles.advance(5000)).toBe(false)
  })

  it('lets a lost message fall, at its edge or at a channel without listeners', () => {
    particles.take(lost(1, 'dora'), 0, lossEdge)
    particles.take(lost(2, ''), 0, lossEdge)
    expect([...particles.kinds.slice(0, 2)]).toEqual([Kind.Lose, Kind.Drop])
    expect(particles.durations[1]).toBe(FALL_MS)
  })

  it('samples an edge above 60 a second, and never a loss', () => {
    for (let message = 1; message <= 6000; message++) particles.take(published(message), message / 6, lossEdge)
    const spawned = particles.count
    expect(spawned).toBeLessThan(400)
    expect(particles.standsFor(publishEdge('ana', 'c'))).toBeGreaterThanOrEqual(50)
    for (let message = 1; message <= 1000; message++) particles.take(lost(message, 'dora'), 2100, lossEdge)
    expect(particles.count).toBeGreaterThanOrEqual(spawned + 1000)
  })

  it('never holds more than its columns have room for', () => {
    for (let message = 1; message <= 30_000; message++) particles.take(lost(message, 'dora'), 0, lossEdge)
    expect(particles.count).toBe(24_000)
  })
})

describe('times', () => {
  it('stretches flights between 180 and 1200 ms, longer for more latency', () => {
    expect(flightMs(0)).toBeGreaterThanOrEqual(180)
    expect(flightMs(100_000)).toBeGreaterThan(flightMs(1000))
    expect(flightMs(1e9)).toBe(1200)
  })

  it('follows playback within what can be seen', () => {
    expect(sceneSpeed('max')).toBe(4)
    expect(sceneSpeed(10)).toBe(4)
    expect(sceneSpeed(0.1)).toBe(0.1)
    expect(sceneSpeed(0.01)).toBe(0.05)
  })

  it.each([
    [0.4, 1],
    [1.2, 2],
    [4, 5],
    [8, 10],
    [11, 20],
    [120, 200],
  ])('rounds %s up to %s', (value, nice) => expect(niceAbove(value)).toBe(nice))
})

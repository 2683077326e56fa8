import { describe, expect, it } from 'vitest'
import type { Edge } from './edges'
import { curveOf, pointAt, sample, splitAt, widthOf } from './geometry'

const edge = { kind: 'delivery' } as Edge
const size = { width: 100, height: 44 }
const source = { at: { x: 0, y: 0 }, size }
const target = { at: { x: 400, y: 200 }, size }

describe('curves', () => {
  it('run from the right side of the source to the left side of the target', () => {
    const curve = curveOf(edge, source, target, false)
    expect(pointAt(curve, 0)).toEqual({ x: 100, y: 22 })
    expect(pointAt(curve, 1)).toEqual({ x: 398, y: 222 })
  })

  it('turn round when the target lies left of the source', () => {
    const curve = curveOf(edge, target, source, false)
    expect(curve.x1).toBe(400)
    expect(curve.x2).toBe(102)
  })

  it('are the same line after they were cut', () => {
    const curve = curveOf(edge, source, target, false)
    const [first, second] = splitAt(curve, 0.3)
    const close = (a: { x: number; y: number }, b: { x: number; y: number }) => {
      expect(a.x).toBeCloseTo(b.x, 6)
      expect(a.y).toBeCloseTo(b.y, 6)
    }
    close(pointAt(first, 0.5), pointAt(curve, 0.15))
    close(pointAt(second, 0.5), pointAt(curve, 0.65))
  })

  it('are sampled from end to end', () => {
    const points = sample(curveOf(edge, source, target, false), 8)
    expect(points).toHaveLength(18)
    expect([...points.slice(-2)]).toEqual([398, 222])
  })

  it('grow with the rate up to 3 px', () => {
    expect(widthOf(0)).toBe(1.5)
    expect(widthOf(10)).toBeGreaterThan(widthOf(1))
    expect(widthOf(1e6)).toBe(3)
  })
})

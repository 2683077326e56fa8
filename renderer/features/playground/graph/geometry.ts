/** The curve of an edge, from the places of its two nodes. Edges on screen and particles above them share it. */
import type { Edge } from './edges'
import type { Point, Size } from './layout'

export interface Curve {
  readonly x1: number
  readonly y1: number
  readonly cx1: number
  readonly cy1: number
  readonly cx2: number
  readonly cy2: number
  readonly x2: number
  readonly y2: number
}

/** How far along its edge a message for someone who is away gets. */
export const CUT_AT = 0.32

/** Where the curve ends before its node, so that the arrow head has room. */
const ARROW = 2
/** A second subscription of the same actor to the same channel arrives a little lower. */
const SECOND = 11

export interface Box {
  readonly at: Point
  readonly size: Size
}

export function curveOf(edge: Edge, source: Box, target: Box, isSecond: boolean): Curve {
  const isForward = target.at.x + target.size.width / 2 >= source.at.x + source.size.width / 2
  const shift = (isSecond ? SECOND : 0) + (isForward ? 0 : SECOND)
  const x1 = isForward ? source.at.x + source.size.width : source.at.x
  const x2 = isForward ? target.at.x - ARROW : target.at.x + target.size.width + ARROW
  const y1 = source.at.y + source.size.height / 2 + (isForward ? 0 : SECOND)
  const y2 = target.at.y + target.size.height / 2 + (edge.kind === 'delivery' || !isForward ? shift : 0)
  const bend = (x2 - x1) / 2
  return { x1, y1, cx1: x1 + bend, cy1: y1, cx2: x2 - bend, cy2: y2, x2, y2 }
}

export function pointAt(curve: Curve, s: number): Point {
  const r = 1 - s
  const a = r * r * r
  const b = 3 * r * r * s
  const c = 3 * r * s * s
  const d = s * s * s
  return {
    x: a * curve.x1 + b * curve.cx1 + c * curve.cx2 + d * curve.x2,
    y: a * curve.y1 + b * curve.cy1 + c * curve.cy2 + d * curve.y2,
  }
}

export function pathOf(curve: Curve): string {
  const { x1, y1, cx1, cy1, cx2, cy2, x2, y2 } = curve
  return `M${x1} ${y1}C${cx1} ${cy1} ${cx2} ${cy2} ${x2} ${y2}`
}

/** The curve cut in two at `s` (de Casteljau): both parts draw as the whole did. */
export function splitAt(curve: Curve, s: number): readonly [Curve, Curve] {
  const mix = (a: number, b: number) => a + (b - a) * s
  const { x1, y1, cx1, cy1, cx2, cy2, x2, y2 } = curve
  const [ax, ay] = [mix(x1, cx1), mix(y1, cy1)]
  const [bx, by] = [mix(cx1, cx2), mix(cy1, cy2)]
  const [cx, cy] = [mix(cx2, x2), mix(cy2, y2)]
  const [dx, dy] = [mix(ax, bx), mix(ay, by)]
  const [ex, ey] = [mix(bx, cx), mix(by, cy)]
  const [mx, my] = [mix(dx, ex), mix(dy, ey)]
  return [
    { x1, y1, cx1: ax, cy1: ay, cx2: dx, cy2: dy, x2: mx, y2: my },
    { x1: mx, y1: my, cx1: ex, cy1: ey, cx2: cx, cy2: cy, x2, y2 },
  ]
}

/** The curve as `count + 1` points, evenly spread over its parameter: what a particle looks up as it moves. */
export function sample(curve: Curve, count: number): Float32Array {
  const points = new Float32Array((count + 1) * 2)
  for (let index = 0; index <= count; index++) {
    const { x, y } = pointAt(curve, index / count)
    points[index * 2] = x
    points[index * 2 + 1] = y
  }
  return points
}

/** From 1.5 px at rest to 3 px at a hundred a second, on a log scale. */
export function widthOf(perSecond: number): number {
  return 1.5 + Math.min(1.5, Math.log10(1 + perSecond) * 0.75)
}

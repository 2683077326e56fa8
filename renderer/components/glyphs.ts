/**
 * Eventyard's own marks as paths: events on a 12 px grid, roles and resources on 16 px. The same data draws SVG in
 * components and `Path2D` on canvases, so a tick in a lane and a mark in a row are one shape.
 */
import type { GlyphName } from '../trace/describe'

export interface Shape {
  readonly d: string
  /** Stroke width; without it the shape is filled. */
  readonly stroke?: number
  /** Filled with the colour of the ground, to cut a mark out of the shape before. */
  readonly isCut?: boolean
}

function circle(cx: number, cy: number, r: number): string {
  return `M${cx - r} ${cy}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`
}

function box(x: number, y: number, width: number, height: number, r: number): string {
  const [w, h] = [width - 2 * r, height - 2 * r]
  const turn = `a${r} ${r} 0 0 1 `
  return `M${x + r} ${y}h${w}${turn}${r} ${r}v${h}${turn}${-r} ${r}h${-w}${turn}${-r} ${-r}v${-h}${turn}${r} ${-r}z`
}

export const eventGlyphs: Readonly<Record<GlyphName, readonly Shape[]>> = {
  published: [{ d: circle(6, 6, 3.6) }],
  delivered: [{ d: circle(6, 6, 4.4), stroke: 1.4 }, { d: circle(6, 6, 1.9) }],
  acked: [{ d: 'M2 6.4l2.7 2.8L10 3.2', stroke: 1.8 }],
  retried: [{ d: 'M9.9 6a3.9 3.9 0 1 1-1.3-2.9', stroke: 1.5 }, { d: 'M10.4 1.2v3h-3z' }],
  paused: [{ d: box(2.6, 2.2, 2.4, 7.6, 0.6) }, { d: box(7, 2.2, 2.4, 7.6, 0.6) }],
  lost: [{ d: 'M2.6 2.6l6.8 6.8M9.4 2.6L2.6 9.4', stroke: 1.9 }],
  failed: [{ d: box(1.3, 1.3, 9.4, 9.4, 1.6) }, { d: 'M4 4l4 4M8 4L4 8', stroke: 1.5, isCut: true }],
  'node-down': [{ d: circle(6, 6, 4.9) }, { d: 'M3.6 6h4.8', stroke: 1.7, isCut: true }],
  disconnected: [
    { d: circle(2.4, 6, 1.9), stroke: 1.2 },
    { d: circle(9.6, 6, 1.9), stroke: 1.2 },
    { d: 'M5.2 8.4l1.6-4.8', stroke: 1.4 },
  ],
  reconnected: [{ d: circle(2.6, 6, 1.9) }, { d: circle(9.4, 6, 1.9) }, { d: 'M3 6h6', stroke: 1.4 }],
  'key-expired': [
    { d: circle(6, 6, 4.4), stroke: 1.3 },
    { d: 'M6 3.4V6l1.8 1.4', stroke: 1.3 },
  ],
  command: [
    { d: 'M2.6 3l3 3-3 3', stroke: 1.4 },
    { d: 'M6.8 9.2h3', stroke: 1.4 },
  ],
  reply: [
    { d: 'M9.4 3l-3 3 3 3', stroke: 1.4 },
    { d: 'M2.2 9.2h3', stroke: 1.4 },
  ],
  step: [{ d: 'M3.4 2.2l6 3.8-6 3.8z' }],
  mark: [{ d: circle(6, 6, 2.4), stroke: 1.4 }],
  joined: [{ d: 'M6 2.6v6.8M2.6 6h6.8', stroke: 1.5 }],
  left: [{ d: 'M2.6 6h6.8', stroke: 1.5 }],
  subscribed: [{ d: 'M1.6 3h8.8M1.6 9h8.8', stroke: 1.2 }, { d: circle(6, 6, 1.4) }],
  pfail: [
    { d: circle(6, 6, 4.9), stroke: 1.2 },
    { d: 'M4.5 4.8a1.5 1.5 0 1 1 2.2 1.3c-.5.26-.7.5-.7 1', stroke: 1.2 },
    { d: circle(6, 8.7, 0.75) },
  ],
  failover: [{ d: 'M2.2 6.2L6 2.6l3.8 3.6M2.2 10.2L6 6.6l3.8 3.6', stroke: 1.6 }],
  'slot-moved': [
    { d: box(0.9, 3.9, 3.6, 4.2, 0.7), stroke: 1.2 },
    { d: box(7.5, 3.9, 3.6, 4.2, 0.7) },
    { d: 'M5.1 6h1.8', stroke: 1.2 },
  ],
  moved: [{ d: 'M2.2 10V6.4A2.2 2.2 0 0 1 4.4 4.2H8', stroke: 1.6 }, { d: 'M7.4 1.2l3.6 3-3.6 3z' }],
  partitioned: [
    { d: 'M6 .8l-1.8 2.1L7.8 5 4.2 7.1l3.6 2.1L6 11.2', stroke: 1.4 },
    { d: circle(1.9, 6, 1.2) },
    { d: circle(10.1, 6, 1.2) },
  ],
  delayed: [
    { d: circle(6, 6.4, 4), stroke: 1.3 },
    { d: 'M6 4v2.400h1.900M4.6 1h2.8', stroke: 1.3 },
  ],
  'disk-full': [{ d: box(1.4, 3, 9.2, 6, 1.2) }, { d: 'M3.4 6h3.2', stroke: 1.3, isCut: true }],
  synced: [
    { d: 'M2 4.2h7M7 2.2l2.2 2-2.2 2', stroke: 1.3 },
    { d: 'M10 8H3M5 6l-2.2 2L5 10', stroke: 1.3 },
  ],
  enqueued: [{ d: box(2.6, 2.6, 6.8, 6.8, 0.8) }],
  taken: [{ d: box(1.8, 1.8, 8.4, 8.4, 1.2), stroke: 1.4 }, { d: box(4.2, 4.2, 3.6, 3.6, 0.4) }],
  claimed: [{ d: box(1.8, 1.8, 8.4, 8.4, 1.2), stroke: 1.4 }, { d: 'M6 2.400h3.600v7.200H6z' }],
  'dead-letter': [{ d: box(1.3, 1.3, 9.4, 9.4, 1.6) }, { d: 'M4 4l4 4M8 4L4 8', stroke: 1.5, isCut: true }],
  duplicated: [{ d: box(1.4, 1.4, 6, 6, 0.8), stroke: 1.3 }, { d: box(4.6, 4.6, 6, 6, 0.8) }],
  trigger: [{ d: 'M7.200.800L2.400 7h3l-.6 4.200L9.600 5h-3z' }],
  unsubscribed: [{ d: 'M1.6 3h8.8M1.6 9h8.8', stroke: 1.2 }],
}

export type RoleGlyphName =
  | 'publisher'
  | 'subscriber'
  | 'producer'
  | 'consumer'
  | 'mover'
  | 'reclaimer'
  | 'trigger'
  | 'list'
  | 'delayed'
  | 'priority'
  | 'stream'
  | 'request'
  | 'bull'
  | 'bull-failed'
  | 'bull-producer'
  | 'bull-worker'
  | 'requester'
  | 'responder'
  | 'group'
  | 'client'
  | 'channel'
  | 'pattern'
  | 'node'
  | 'replica'
  | 'sentinel'
  | 'key'
  | 'guest'

export const roleGlyphs: Readonly<Record<RoleGlyphName, readonly Shape[]>> = {
  publisher: [
    { d: circle(4.2, 8, 2.1) },
    { d: 'M7.6 4.6a4.8 4.8 0 0 1 0 6.8M10.4 2.6a7.6 7.6 0 0 1 0 10.8', stroke: 1.5 },
  ],
  subscriber: [
    { d: circle(11.8, 8, 2.1) },
    { d: 'M5.6 2.6a7.6 7.6 0 0 1 0 10.8M2.8 4.6a4.8 4.8 0 0 1 0 6.8', stroke: 1.5 },
  ],
  producer: [{ d: 'M1.8 8h6.4M5.6 5l3 3-3 3', stroke: 1.6 }, { d: box(11, 2.6, 3.2, 10.8, 1) }],
  consumer: [{ d: box(1.8, 2.6, 3.2, 10.8, 1) }, { d: 'M7.4 8h6.4M11.2 5l3 3-3 3', stroke: 1.6 }],
  // From one bar to another.
  mover: [
    { d: box(1.2, 2.6, 2.8, 10.8, 1) },
    { d: box(12, 2.6, 2.8, 10.8, 1) },
    { d: 'M5.4 8h4.400M8 5.600l2.400 2.400-2.400 2.400', stroke: 1.5 },
  ],
  // What others left behind goes back into the bar.
  reclaimer: [
    { d: box(1.8, 2.6, 3.2, 10.8, 1) },
    { d: 'M7.200 10.600h4.200a2.800 2.800 0 0 0 0-5.600H8', stroke: 1.5 },
    { d: 'M9.600 8.200L7.200 10.600l2.400 2.400', stroke: 1.5 },
  ],
  trigger: [{ d: 'M9.2 1.4L3.4 9.2h3.8L6.4 14.6 12.6 6.8H8.6z' }],
  list: [
    { d: box(1.4, 5.2, 3.4, 5.6, 0.8) },
    { d: box(6.1, 5.2, 3.4, 5.6, 0.8) },
    { d: box(10.9, 5.3, 3.4, 5.4, 0.8), stroke: 1.2 },
    { d: 'M1.4 13.4h13', stroke: 1.3 },
  ],
  delayed: [
    { d: circle(8, 8, 6), stroke: 1.5 },
    { d: 'M8 4.6V8l2.4 1.6', stroke: 1.5 },
  ],
  // The tallest leaves first.
  priority: [
    { d: box(10.8, 2.6, 3.4, 8.2, 0.8) },
    { d: box(6.2, 5.4, 3.4, 5.4, 0.8) },
    { d: box(1.6, 8, 3.4, 2.8, 0.8), stroke: 1.2 },
    { d: 'M1.4 13.4h13', stroke: 1.3 },
  ],
  stream: [{ d: 'M2 3.4h9M2 8h9M2 12.6h5', stroke: 1.9 }, { d: 'M13.8 5.4L11.9 8l1.9 2.6z' }],
  // The horns that BullMQ is named for, above a row of jobs.
  bull: [
    { d: 'M2 2.6c0 3 2 4.600 6 4.600s6-1.600 6-4.600', stroke: 1.6 },
    { d: box(1.8, 9.6, 3.4, 4, 0.8) },
    { d: box(6.3, 9.6, 3.4, 4, 0.8) },
    { d: box(10.8, 9.6, 3.4, 4, 0.8) },
  ],
  'bull-failed': [
    { d: 'M2 2.6c0 3 2 4.600 6 4.600s6-1.600 6-4.600', stroke: 1.6 },
    { d: 'M5.600 9.400l4.800 4.400M10.400 9.400l-4.800 4.400', stroke: 1.6 },
  ],
  'bull-producer': [
    { d: 'M1.8 10.600h6.400M5.600 7.600l3 3-3 3', stroke: 1.6 },
    { d: box(11, 6.4, 3.2, 8.2, 1) },
    { d: 'M2 1.600c0 2 2 3 6 3s6-1 6-3', stroke: 1.5 },
  ],
  'bull-worker': [
    { d: box(1.8, 6.4, 3.2, 8.2, 1) },
    { d: 'M7.400 10.600h6.400M11.200 7.600l3 3-3 3', stroke: 1.6 },
    { d: 'M2 1.600c0 2 2 3 6 3s6-1 6-3', stroke: 1.5 },
  ],
  // There and back.
  request: [
    { d: 'M2 5.400h10.400M9.800 2.800l2.600 2.600-2.600 2.600', stroke: 1.5 },
    { d: 'M14 10.600H3.600M6.200 8l-2.600 2.600 2.600 2.600', stroke: 1.5 },
  ],
  requester: [
    { d: 'M1.8 8h6.4M5.6 5l3 3-3 3', stroke: 1.6 },
    { d: box(11, 2.6, 3.2, 10.8, 1), stroke: 1.3 },
  ],
  responder: [
    { d: box(1.8, 2.6, 3.2, 10.8, 1), stroke: 1.3 },
    { d: 'M7.4 8h6.4M11.2 5l3 3-3 3', stroke: 1.6 },
  ],
  group: [
    { d: box(1.4, 11.1, 3.7, 2.5, 0.6) },
    { d: box(6.15, 3.9, 3.7, 2.5, 0.6) },
    { d: box(6.15, 7.5, 3.7, 2.5, 0.6) },
    { d: box(6.15, 11.1, 3.7, 2.5, 0.6) },
    { d: box(10.9, 7.5, 3.7, 2.5, 0.6) },
    { d: box(10.9, 11.1, 3.7, 2.5, 0.6) },
  ],
  channel: [{ d: 'M1.6 4.4h12.8M1.6 11.6h12.8', stroke: 1.5 }, { d: circle(5, 8, 1.5) }, { d: circle(11, 8, 1.5) }],
  // Between the rails a wildcard instead of messages.
  pattern: [
    { d: 'M1.6 3.4h12.8M1.6 12.6h12.8', stroke: 1.5 },
    { d: 'M8 5.4v5.2M5.75 6.7l4.5 2.6M10.25 6.7l-4.5 2.6', stroke: 1.3 },
  ],
  node: [
    { d: box(1.8, 2.4, 12.4, 4.8, 1.2) },
    { d: box(1.8, 8.8, 12.4, 4.8, 1.2) },
    { d: circle(4.4, 4.8, 0.9), isCut: true },
    { d: circle(4.4, 11.2, 0.9), isCut: true },
  ],
  replica: [
    { d: box(2.4, 3, 11.2, 4, 1), stroke: 1.3 },
    { d: box(2.4, 9, 11.2, 4, 1), stroke: 1.3 },
    { d: circle(4.8, 5, 0.8) },
    { d: circle(4.8, 11, 0.8) },
  ],
  sentinel: [
    { d: 'M1.4 8S3.8 3.6 8 3.6 14.6 8 14.6 8 12.2 12.4 8 12.4 1.4 8 1.4 8z', stroke: 1.4 },
    { d: circle(8, 8, 2.1) },
  ],
  // A command and its reply.
  client: [
    { d: 'M2 5.400h9M8.4 2.800l2.8 2.6-2.8 2.6', stroke: 1.5 },
    { d: 'M14 10.600H5M7.6 8l-2.8 2.6 2.8 2.6', stroke: 1.5 },
  ],
  key: [
    { d: circle(5, 11, 3), stroke: 1.5 },
    { d: 'M7.2 8.800L13.6 2.400M10.8 5.200l2 2', stroke: 1.5 },
  ],
  // A plug: someone from outside.
  guest: [
    { d: 'M5.4 2v3.4M10.6 2v3.4M8 11.2V14', stroke: 1.5 },
    { d: 'M3.4 5.6h9.2v1.6a4.6 4.6 0 0 1-9.2 0z', stroke: 1.5 },
  ],
}

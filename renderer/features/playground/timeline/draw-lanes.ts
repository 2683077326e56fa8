/** Draws lanes on a canvas: ticks, density where ticks are close, glyphs of rare events, hatched bands of losses. */
import type { EventFamily } from '../../../../shared/trace/event-types'
import { eventGlyphs } from '../../../components/glyphs'
import { familyOf, glyphOf } from '../../../trace/describe'
import type { BandKind } from './lane-bands'
import type { Lane, LaneContent } from './lanes'

export const LANE_HEIGHT = 22
export const AXIS_HEIGHT = 24
/** Ticks closer than this merge into a bar. */
const MERGE_PX = 3

export interface LanesPicture {
  readonly lanes: readonly Lane[]
  readonly contents: readonly LaneContent[]
  readonly width: number
  readonly height: number
  readonly scrollTop: number
  readonly axis: readonly { readonly x: number; readonly text: string }[]
  /** Behind everything else in a lane. */
  readonly bands: readonly {
    readonly lane: number
    readonly kind: BandKind
    readonly from: number
    readonly to: number
  }[]
  /** The run's clock, when it is in the window. */
  readonly nowX: number | null
  readonly chosen: { readonly x: number; readonly lane: number } | null
  readonly chosenLane: number
  readonly lostText: (count: number) => string
}

export interface Palette {
  readonly of: (family: EventFamily) => string
  readonly line: string
  readonly text: string
  readonly strong: string
  readonly ground: string
  readonly row: string
  readonly lostText: string
  readonly lostTint: string
  readonly fontUi: string
  readonly fontMono: string
}

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element)
  const value = (name: string) => style.getPropertyValue(name).trim()
  const hues = new Map<EventFamily, string>(
    (['send', 'arrive', 'wait', 'break', 'route', 'react'] as const).map((family) => [family, value(`--${family}`)]),
  )
  return {
    of: (family) => hues.get(family) ?? value('--fg-3'),
    line: value('--line-1'),
    text: value('--fg-3'),
    strong: value('--fg-1'),
    ground: value('--bg-1'),
    row: value('--bg-3'),
    lostText: value('--break-text'),
    lostTint: value('--break-tint'),
    fontUi: `11px ${value('--font-ui')}`,
    fontMono: `11px ${value('--font-mono')}`,
  }
}

export function drawLanes(context: CanvasRenderingContext2D, picture: LanesPicture, palette: Palette): void {
  const { lanes, contents, width, height, scrollTop } = picture
  context.clearRect(0, 0, width, height)
  context.save()
  context.beginPath()
  context.rect(0, AXIS_HEIGHT, width, height - AXIS_HEIGHT)
  context.clip()
  lanes.forEach((_, index) => {
    const top = AXIS_HEIGHT + index * LANE_HEIGHT - scrollTop
    if (top < AXIS_HEIGHT - LANE_HEIGHT || top > height) return
    if (index === picture.chosenLane) {
      context.fillStyle = palette.row
      context.fillRect(0, top, width, LANE_HEIGHT - 1)
    }
    context.fillStyle = palette.line
    context.fillRect(0, top + LANE_HEIGHT - 1, width, 1)
    for (const band of picture.bands) if (band.lane === index) drawBand(context, band, top, width, palette)
    drawLane(context, contents[index]!, top, picture, palette)
  })
  const { chosen } = picture
  if (chosen) {
    context.strokeStyle = palette.strong
    context.lineWidth = 1.5
    context.strokeRect(chosen.x - 4, AXIS_HEIGHT + chosen.lane * LANE_HEIGHT - scrollTop + 2.5, 8, LANE_HEIGHT - 6)
  }
  context.restore()
  drawAxis(context, picture, palette)
}

function drawLane(
  context: CanvasRenderingContext2D,
  content: LaneContent,
  top: number,
  picture: LanesPicture,
  palette: Palette,
): void {
  const middle = top + (LANE_HEIGHT - 1) / 2
  for (const band of content.losses) drawLosses(context, band, top, picture, palette)
  for (const [family, counts] of content.ticks) drawTicks(context, counts, middle, palette.of(family))
  for (const { x, type } of content.glyphs) {
    context.fillStyle = palette.ground
    context.beginPath()
    context.arc(x, middle, 7.5, 0, Math.PI * 2)
    context.fill()
    drawGlyph(context, x, middle, 12, glyphOf(type), palette.of(familyOf(type)), palette.ground)
  }
}

const bandFamilies: Readonly<Record<BandKind, EventFamily>> = { down: 'break', paused: 'wait', apart: 'break' }

/** Down is a full strip, paused and apart are rails: dashed where something still goes on behind a cut. */
function drawBand(
  context: CanvasRenderingContext2D,
  { kind, from, to }: LanesPicture['bands'][number],
  top: number,
  width: number,
  palette: Palette,
): void {
  const left = Math.max(-2, from)
  const right = Math.min(width + 2, to)
  if (right <= left) return
  const colour = palette.of(bandFamilies[kind])
  context.save()
  context.fillStyle = colour
  context.globalAlpha = kind === 'down' ? 0.22 : 0.1
  context.fillRect(left, top + 2, right - left, LANE_HEIGHT - 5)
  context.strokeStyle = colour
  context.lineWidth = 1
  if (kind === 'paused') drawHatch(context, from, left, right, top)
  context.globalAlpha = 0.8
  if (kind === 'apart') context.setLineDash([3, 3])
  context.strokeRect(left + 0.5, top + 2.5, right - left - 1, LANE_HEIGHT - 6)
  context.restore()
}

/** Stripes hang on the band's own start, so they travel with it. */
function drawHatch(context: CanvasRenderingContext2D, from: number, left: number, right: number, top: number): void {
  context.save()
  context.beginPath()
  context.rect(left, top + 2, right - left, LANE_HEIGHT - 5)
  context.clip()
  context.globalAlpha = 0.45
  context.beginPath()
  const first = from - LANE_HEIGHT + Math.max(0, Math.floor((left - from) / 6)) * 6
  for (let x = first; x < right; x += 6) {
    context.moveTo(x, top + LANE_HEIGHT)
    context.lineTo(x + LANE_HEIGHT, top)
  }
  context.stroke()
  context.restore()
}

/** A tick of its own is 10 px high; where they crowd, a bar's height says how many there are. */
function drawTicks(context: CanvasRenderingContext2D, counts: Uint16Array, middle: number, colour: string): void {
  context.fillStyle = colour
  let before = -Infinity
  for (let x = 0; x < counts.length; x++) {
    const count = counts[x]!
    if (count === 0) continue
    const isClose = x - before < MERGE_PX || count > 1
    const height = isClose ? Math.min(16, 8 + Math.log2(1 + count) * 2) : 10
    context.globalAlpha = isClose ? 0.7 : 0.85
    context.fillRect(x, middle - height / 2, 1.5, height)
    before = x
  }
  context.globalAlpha = 1
}

function drawLosses(
  context: CanvasRenderingContext2D,
  { from, to, count }: { from: number; to: number; count: number },
  top: number,
  { lostText, width }: LanesPicture,
  palette: Palette,
): void {
  const middle = top + (LANE_HEIGHT - 1) / 2
  if (count === 1) {
    drawGlyph(context, from, middle, 10, 'lost', palette.of('break'), palette.ground)
    return
  }
  const left = from - 6
  const right = to + 6
  context.save()
  context.beginPath()
  context.roundRect(left, top + 3, right - left, LANE_HEIGHT - 7, 2)
  context.clip()
  context.fillStyle = palette.lostTint
  context.fillRect(left, top, right - left, LANE_HEIGHT)
  context.strokeStyle = palette.of('break')
  context.globalAlpha = 0.4
  context.lineWidth = 1.2
  context.beginPath()
  // Stripes hang on the band's own start, so they travel with it.
  for (let x = left - LANE_HEIGHT; x < right; x += 6) {
    context.moveTo(x, top)
    context.lineTo(x + LANE_HEIGHT, top + LANE_HEIGHT)
  }
  context.stroke()
  context.restore()
  const text = lostText(count)
  context.font = palette.fontUi
  const textWidth = context.measureText(text).width
  const seenLeft = Math.max(0, left)
  const seenRight = Math.min(width, right)
  if (seenRight - seenLeft < textWidth + 28) return
  const x = (seenLeft + seenRight - textWidth - 16) / 2
  context.fillStyle = palette.lostTint
  context.fillRect(x - 5, top + 3, textWidth + 26, LANE_HEIGHT - 7)
  drawGlyph(context, x + 5, middle, 10, 'lost', palette.of('break'), palette.ground)
  context.fillStyle = palette.lostText
  context.textBaseline = 'middle'
  context.textAlign = 'left'
  context.fillText(text, x + 15, middle + 0.5)
}

function drawGlyph(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  size: number,
  name: keyof typeof eventGlyphs,
  colour: string,
  ground: string,
): void {
  context.save()
  context.translate(x - size / 2, y - size / 2)
  context.scale(size / 12, size / 12)
  context.lineCap = 'round'
  context.lineJoin = 'round'
  for (const shape of eventGlyphs[name]) {
    const path = new Path2D(shape.d)
    const paint = shape.isCut ? ground : colour
    if (shape.stroke) {
      context.strokeStyle = paint
      context.lineWidth = shape.stroke
      context.stroke(path)
    } else {
      context.fillStyle = paint
      context.fill(path)
    }
  }
  context.restore()
}

function drawAxis(context: CanvasRenderingContext2D, picture: LanesPicture, palette: Palette): void {
  const { width, height, axis, nowX } = picture
  context.fillStyle = palette.line
  context.fillRect(0, AXIS_HEIGHT - 1, width, 1)
  context.font = palette.fontMono
  context.fillStyle = palette.text
  context.textBaseline = 'middle'
  context.textAlign = 'center'
  for (const { x, text } of axis) {
    const half = context.measureText(text).width / 2
    if (x - half > 0 && x + half < width) context.fillText(text, x, AXIS_HEIGHT / 2)
  }
  if (nowX === null) return
  context.fillStyle = palette.strong
  context.fillRect(Math.min(nowX, width - 1.5), 0, 1.5, height)
}

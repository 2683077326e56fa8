/** Draws a field of particles. Message dots are stamped from two small pictures, which held 60 frames a second without
 * a GPU at twenty thousand of them; losses are few and drawn as shapes. */
import { CUT_AT } from './geometry'
import { FALL_MS, FLIGHT_MIN_MS, Kind, type Particles } from './particles'

export const PATH_POINTS = 64
const FALL_PX = 44
const RADIUS = 4
const TAIL = [
  { back: 0.018, alpha: 0.6, size: 2.4 },
  { back: 0.036, alpha: 0.4, size: 2.1 },
  { back: 0.054, alpha: 0.25, size: 1.8 },
  { back: 0.072, alpha: 0.12, size: 1.5 },
] as const
/** Tails cost four more marks a particle; in a crowd nobody sees them. */
const TAILS_MAX = 1200

/** By lane: points of the edge's curve, or one point where a channel drops its messages. */
export type Paths = (Float32Array | undefined)[]

export interface View {
  readonly x: number
  readonly y: number
  readonly zoom: number
  readonly ratio: number
  /** The person wants no motion: nothing flies, a loss shows as a still mark. */
  readonly isStill: boolean
}

export interface Brush {
  readonly send: string
  readonly arrive: string
  readonly lost: string
  readonly ground: string
}

const stamps = new Map<string, HTMLCanvasElement>()

export function newBrush(element: Element): Brush {
  const style = getComputedStyle(element)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  return { send: colour('--send'), arrive: colour('--arrive'), lost: colour('--break'), ground: colour('--bg-0') }
}

export function drawParticles(
  context: CanvasRenderingContext2D,
  particles: Particles,
  paths: Paths,
  view: View,
  brush: Brush,
): void {
  const scale = view.zoom * view.ratio
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, context.canvas.width, context.canvas.height)
  if (particles.count === 0) return
  const dots = { send: stamp(brush.send, brush.ground, scale), arrive: stamp(brush.arrive, brush.ground, scale) }
  const hasTails = particles.count <= TAILS_MAX
  const toX = (x: number) => (x * view.zoom + view.x) * view.ratio
  const toY = (y: number) => (y * view.zoom + view.y) * view.ratio

  for (let index = 0; index < particles.count; index++) {
    const path = paths[particles.lanes[index]!]
    const age = particles.nowMs - particles.starts[index]!
    if (!path || age < 0) continue
    const kind = particles.kinds[index]!
    if (kind === Kind.Send || kind === Kind.Arrive) {
      if (view.isStill) continue
      const s = age / particles.durations[index]!
      const isSend = kind === Kind.Send
      if (hasTails) drawTail(path, s, isSend ? brush.send : brush.arrive)
      const dot = isSend ? dots.send : dots.arrive
      context.drawImage(dot, toX(xAt(path, s)) - dot.width / 2, toY(yAt(path, s)) - dot.height / 2)
    } else {
      drawLoss(path, kind, age)
    }
  }
  context.globalAlpha = 1

  function drawTail(path: Float32Array, s: number, colour: string): void {
    context.fillStyle = colour
    for (const { back, alpha, size } of TAIL) {
      if (s < back) break
      context.globalAlpha = alpha
      const side = size * scale
      context.fillRect(toX(xAt(path, s - back)) - side / 2, toY(yAt(path, s - back)) - side / 2, side, side)
    }
    context.globalAlpha = 1
  }

  function drawLoss(path: Float32Array, kind: number, age: number): void {
    const flightMs = kind === Kind.Lose ? FLIGHT_MIN_MS * 2 : 0
    const isPoint = path.length === 2
    if (age < flightMs && !view.isStill) {
      const s = (age / flightMs) * CUT_AT
      context.drawImage(
        dots.arrive,
        toX(xAt(path, s)) - dots.arrive.width / 2,
        toY(yAt(path, s)) - dots.arrive.height / 2,
      )
      return
    }
    const fallen = view.isStill ? 1 : Math.min(1, (age - flightMs) / FALL_MS)
    const x = toX(isPoint ? path[0]! : xAt(path, CUT_AT))
    const top = isPoint ? path[1]! : yAt(path, CUT_AT)
    // Falling gathers speed; the mark fades in its last third.
    const y = toY(top + FALL_PX * fallen * fallen)
    context.globalAlpha = view.isStill ? 1 : Math.min(1, (1 - fallen) * 3)
    context.strokeStyle = brush.lost
    context.lineWidth = 2 * scale
    context.beginPath()
    context.moveTo(x, toY(top))
    context.lineTo(x, y)
    context.globalAlpha *= 0.45
    context.stroke()
    context.globalAlpha = view.isStill ? 1 : Math.min(1, (1 - fallen) * 3)
    crossAt(x, y)
    context.globalAlpha = 1
  }

  function crossAt(x: number, y: number): void {
    context.fillStyle = brush.ground
    context.lineWidth = 1.5 * scale
    context.beginPath()
    context.arc(x, y, 7 * scale, 0, Math.PI * 2)
    context.fill()
    context.stroke()
    const arm = 2.8 * scale
    context.beginPath()
    context.moveTo(x - arm, y - arm)
    context.lineTo(x + arm, y + arm)
    context.moveTo(x + arm, y - arm)
    context.lineTo(x - arm, y + arm)
    context.stroke()
  }
}

function xAt(path: Float32Array, s: number): number {
  return between(path, s, 0)
}

function yAt(path: Float32Array, s: number): number {
  return between(path, s, 1)
}

function between(path: Float32Array, s: number, axis: number): number {
  const at = Math.min(1, Math.max(0, s)) * (path.length / 2 - 1)
  const index = Math.floor(at)
  const from = path[index * 2 + axis]!
  const to = path[Math.min(path.length / 2 - 1, index + 1) * 2 + axis]!
  return from + (to - from) * (at - index)
}

/** A dot with a rim in the ground's colour, which keeps it apart from the edge it runs on. */
function stamp(colour: string, ground: string, scale: number): HTMLCanvasElement {
  const key = `${colour} ${ground} ${scale.toFixed(2)}`
  const known = stamps.get(key)
  if (known) return known
  if (stamps.size > 40) stamps.clear()
  const picture = document.createElement('canvas')
  const side = Math.ceil((RADIUS + 1.5) * 2 * scale)
  picture.width = picture.height = side
  const context = picture.getContext('2d')!
  for (const [radius, fill] of [
    [RADIUS + 1, ground],
    [RADIUS, colour],
  ] as const) {
    context.fillStyle = fill
    context.beginPath()
    context.arc(side / 2, side / 2, radius * scale, 0, Math.PI * 2)
    context.fill()
  }
  stamps.set(key, picture)
  return picture
}

/**
 * Draws a field of particles. Dots of one colour are one path with one fill, which costs far less without a GPU than a
 * picture stamped for each; in a crowd they become bars, cheaper still. Losses are few and drawn whole.
 */
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
/** More than this, and dots are drawn the cheap way, without rim and tail: in a crowd nobody sees them. */
const DOTS_MAX = 160

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
  readonly wait: string
  readonly ground: string
}

export function newBrush(element: Element): Brush {
  const style = getComputedStyle(element)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  return {
    send: colour('--send'),
    arrive: colour('--arrive'),
    lost: colour('--break'),
    wait: colour('--wait'),
    ground: colour('--bg-0'),
  }
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
  const hasTails = particles.count <= DOTS_MAX
  const toX = (x: number) => (x * view.zoom + view.x) * view.ratio
  const toY = (y: number) => (y * view.zoom + view.y) * view.ratio

  if (!view.isStill) {
    drawFlights(Kind.Send, brush.send)
    drawFlights(Kind.Arrive, brush.arrive)
    drawFlights(Kind.Add, brush.send)
    drawFlights(Kind.Take, brush.arrive)
    eachInFlight(Kind.Retry, (path, s) => drawRetry(toX(xAt(path, s)), toY(yAt(path, s))))
    eachInFlight(Kind.Dead, (path, s) => drawDead(toX(xAt(path, s)), toY(yAt(path, s))))
  }
  for (let index = 0; index < particles.count; index++) {
    const kind = particles.kinds[index]!
    const path = paths[particles.lanes[index]!]
    const age = particles.nowMs - particles.starts[index]!
    if (path && age >= 0 && (kind === Kind.Lose || kind === Kind.Drop)) drawLoss(path, kind, age)
  }
  context.globalAlpha = 1

  function drawFlights(kind: Kind, colour: string): void {
    context.fillStyle = colour
    if (hasTails) {
      for (const { back, alpha, size } of TAIL) {
        const side = size * scale
        context.globalAlpha = alpha
        context.beginPath()
        eachInFlight(kind, (path, s) => {
          if (s >= back) {
            context.rect(toX(xAt(path, s - back)) - side / 2, toY(yAt(path, s - back)) - side / 2, side, side)
          }
        })
        context.fill()
      }
      context.globalAlpha = 1
    }
    if (particles.count > DOTS_MAX) {
      // Two bars laid across each other look round at this size, and a bar is the cheapest mark there is.
      const long = RADIUS * 2 * scale
      const short = long * 0.62
      eachInFlight(kind, (path, s) => {
        const x = toX(xAt(path, s))
        const y = toY(yAt(path, s))
        context.fillRect(x - long / 2, y - short / 2, long, short)
        context.fillRect(x - short / 2, y - long / 2, short, long)
      })
      return
    }
    const radius = RADIUS * scale
    const isSquare = kind === Kind.Add || kind === Kind.Take
    context.beginPath()
    eachInFlight(kind, (path, s) => {
      const x = toX(xAt(path, s))
      const y = toY(yAt(path, s))
      if (isSquare) {
        context.roundRect(x - radius, y - radius, 2 * radius, 2 * radius, scale)
        return
      }
      context.moveTo(x + radius, y)
      context.arc(x, y, radius, 0, Math.PI * 2)
    })
    // A rim in the ground's colour keeps a dot apart from the edge it runs on.
    context.strokeStyle = brush.ground
    context.lineWidth = 2 * scale
    context.stroke()
    context.fill()
  }

  /** A square in a broken ring: the same job once more. */
  function drawRetry(x: number, y: number): void {
    const half = 3 * scale
    context.fillStyle = brush.ground
    context.beginPath()
    context.arc(x, y, 8 * scale, 0, Math.PI * 2)
    context.fill()
    context.strokeStyle = context.fillStyle = brush.wait
    context.lineWidth = 1.5 * scale
    for (const from of [0.15, 0.65, 1.15, 1.65]) {
      context.beginPath()
      context.arc(x, y, 7 * scale, from * Math.PI, (from + 0.3) * Math.PI)
      context.stroke()
    }
    context.fillRect(x - half, y - half, 2 * half, 2 * half)
  }

  /** A filled square with a cross: given up, and kept. */
  function drawDead(x: number, y: number): void {
    const half = 6 * scale
    const arm = 2.6 * scale
    context.fillStyle = brush.lost
    context.beginPath()
    context.roundRect(x - half, y - half, 2 * half, 2 * half, 2 * scale)
    context.fill()
    context.strokeStyle = brush.ground
    context.lineWidth = 1.6 * scale
    context.beginPath()
    context.moveTo(x - arm, y - arm)
    context.lineTo(x + arm, y + arm)
    context.moveTo(x + arm, y - arm)
    context.lineTo(x - arm, y + arm)
    context.stroke()
  }

  function eachInFlight(kind: Kind, visit: (path: Float32Array, s: number) => void): void {
    for (let index = 0; index < particles.count; index++) {
      if (particles.kinds[index] !== kind) continue
      const path = paths[particles.lanes[index]!]
      const age = particles.nowMs - particles.starts[index]!
      if (path && age >= 0) visit(path, age / particles.durations[index]!)
    }
  }

  function drawLoss(path: Float32Array, kind: number, age: number): void {
    const flightMs = kind === Kind.Lose ? FLIGHT_MIN_MS * 2 : 0
    const isPoint = path.length === 2
    if (age < flightMs && !view.isStill) {
      const s = (age / flightMs) * CUT_AT
      context.fillStyle = brush.arrive
      context.beginPath()
      context.arc(toX(xAt(path, s)), toY(yAt(path, s)), RADIUS * scale, 0, Math.PI * 2)
      context.fill()
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

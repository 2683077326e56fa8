/**
 * Where everybody stands in the Cluster view: actors above, then a column for each shard with its primary on top, Sentinels
 * below. Pure: the same deployment in the same room stands the same way.
 */
import type { Shard } from './shards'

export interface Box {
  readonly name: string
  readonly kind: 'actor' | 'primary' | 'replica' | 'sentinel'
  /** The fill and pattern of its slots, 0 for none. */
  readonly look: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface StageLayout {
  readonly boxes: readonly Box[]
  readonly width: number
  readonly height: number
}

export interface StageContent {
  readonly shards: readonly Shard[]
  readonly sentinels: readonly string[]
  readonly actors: readonly string[]
  /** Nodes that stand for election need room for the vote boxes. */
  readonly candidates: ReadonlySet<string>
}

const MARGIN = 24
/** Below the slot bar. */
const TOP = 20
const CARD_MAX = 248
const CARD_MIN = 172
const COLUMN_GAP = 24
const PRIMARY_HEIGHT = 112
const REPLICA_HEIGHT = 94
const CANDIDATE_HEIGHT = 132
const STACK_GAP = 16
const SMALL_HEIGHT = 40
const ACTOR_WIDTH = 150
const ACTOR_GAP = 16
const GAP_MIN = 40
const GAP_MAX = 96

export function layOut(content: StageContent, room: { width: number; height: number }): StageLayout {
  const { shards, sentinels, actors, candidates } = content
  const isOneShard = shards.length === 1
  const columns = Math.max(1, isOneShard ? Math.max(1, shards[0]!.others.length) : shards.length)
  const width = Math.max(room.width, 2 * MARGIN + columns * (CARD_MIN + COLUMN_GAP) - COLUMN_GAP)
  const cardWidth = Math.min(CARD_MAX, Math.floor((width - 2 * MARGIN - (columns - 1) * COLUMN_GAP) / columns))
  const columnX = spread(columns, cardWidth, width)

  const heightOf = (name: string) => (candidates.has(name) ? CANDIDATE_HEIGHT : REPLICA_HEIGHT)
  const stackHeights = shards.map(({ others }) =>
    isOneShard
      ? Math.max(0, ...others.map(({ name }) => heightOf(name)))
      : others.reduce((sum, { name }) => sum + heightOf(name) + STACK_GAP, -STACK_GAP),
  )
  const stack = Math.max(0, ...stackHeights)
  const actorRows = rowsOf(actors, width)
  const actorsHeight = Math.max(0, actorRows.length * (SMALL_HEIGHT + ACTOR_GAP) - ACTOR_GAP)
  const sentinelRows = rowsOf(sentinels, width)
  const sentinelsHeight = Math.max(0, sentinelRows.length * (SMALL_HEIGHT + ACTOR_GAP) - ACTOR_GAP)

  const parts = [actorsHeight, PRIMARY_HEIGHT, stack, sentinelsHeight].filter((part) => part > 0)
  const fixed = parts.reduce((sum, part) => sum + part, 0)
  const spare = (room.height - fixed - TOP - 8) / Math.max(1, parts.length - 1)
  const gap = Math.max(GAP_MIN, Math.min(GAP_MAX, Math.floor(spare)))

  const boxes: Box[] = []
  let y = TOP
  if (actorsHeight > 0) {
    placeRows(boxes, actorRows, 'actor', y, width)
    y += actorsHeight + gap
  }
  const replicasY = y + PRIMARY_HEIGHT + gap
  shards.forEach(({ primary, others, look }, index) => {
    const x = isOneShard ? Math.round((width - cardWidth) / 2) : columnX[index]!
    boxes.push({ name: primary.name, kind: 'primary', look, x, y, width: cardWidth, height: PRIMARY_HEIGHT })
    let below = replicasY
    others.forEach(({ name }, place) => {
      const height = heightOf(name)
      const at = isOneShard ? { x: columnX[place]!, y: replicasY } : { x, y: below }
      boxes.push({ name, kind: 'replica', look, ...at, width: cardWidth, height })
      below += height + STACK_GAP
    })
  })
  y = stack > 0 ? replicasY + stack : replicasY - gap
  if (sentinelsHeight > 0) {
    placeRows(boxes, sentinelRows, 'sentinel', y + gap, width)
    y += gap + sentinelsHeight
  }
  return { boxes, width, height: y + 8 }
}

/** The left edges of so many columns, the outer ones at the margins. */
function spread(columns: number, cardWidth: number, width: number): number[] {
  if (columns === 1) return [Math.round((width - cardWidth) / 2)]
  const step = (width - 2 * MARGIN - cardWidth) / (columns - 1)
  return Array.from({ length: columns }, (_, index) => Math.round(MARGIN + index * step))
}

function rowsOf(names: readonly string[], width: number): string[][] {
  const perRow = Math.max(1, Math.floor((width - 2 * MARGIN + ACTOR_GAP) / (ACTOR_WIDTH + ACTOR_GAP)))
  const rows: string[][] = []
  for (let index = 0; index < names.length; index += perRow) rows.push(names.slice(index, index + perRow))
  return rows
}

function placeRows(boxes: Box[], rows: readonly (readonly string[])[], kind: Box['kind'], top: number, width: number) {
  rows.forEach((row, index) => {
    const y = top + index * (SMALL_HEIGHT + ACTOR_GAP)
    const all = row.length * (ACTOR_WIDTH + ACTOR_GAP) - ACTOR_GAP
    // A few stand in the middle of equal parts, so that their lines go down rather than across.
    const step = row.length <= 3 ? width / row.length : ACTOR_WIDTH + ACTOR_GAP
    const first = row.length <= 3 ? (step - ACTOR_WIDTH) / 2 : (width - all) / 2
    row.forEach((name, place) => {
      const x = Math.round(first + place * step)
      boxes.push({ name, kind, look: 0, x, y, width: ACTOR_WIDTH, height: SMALL_HEIGHT })
    })
  })
}

/** The nearest box in a direction, for the arrow keys: what lies straight ahead before what lies aside. */
export function neighbourOf(
  boxes: readonly Box[],
  from: Box,
  direction: 'left' | 'right' | 'up' | 'down',
): Box | undefined {
  const centre = (box: Box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 })
  const here = centre(from)
  let [best, bestCost]: [Box | undefined, number] = [undefined, Infinity]
  for (const box of boxes) {
    const there = centre(box)
    const [dx, dy] = [there.x - here.x, there.y - here.y]
    const isAcross = direction === 'left' || direction === 'right'
    const ahead = isAcross ? (direction === 'right' ? dx : -dx) : direction === 'down' ? dy : -dy
    if (ahead <= 4) continue
    const cost = ahead + 3 * Math.abs(isAcross ? dy : dx)
    if (cost < bestCost) [best, bestCost] = [box, cost]
  }
  return best
}

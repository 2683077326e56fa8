/** Where the names of keys and channels stand over the slot bar, in two rows, without lying on each other. */
import { SLOTS } from './shards'

export interface NamedSlot {
  readonly name: string
  readonly kind: string
  readonly slot: number
  readonly node: string | null
}

export interface PlacedName extends NamedSlot {
  readonly shown: string
  readonly x: number
  /** Of its leader line. */
  readonly height: number
  /** Its words stand left of the line. */
  readonly isLeft: boolean
}

const CHARACTER = 6.7
const EXTRA = 62
const NAME_MAX = 22
const ROWS = [30, 15] as const

/** Names that find no room are left out: the list has them all. */
export function placeNames(named: readonly NamedSlot[], width: number): PlacedName[] {
  const taken: { readonly from: number; readonly to: number; readonly row: number }[] = []
  const lines: number[] = []
  const placed: PlacedName[] = []
  if (width <= 0) return placed
  for (const one of [...named].sort((a, b) => a.slot - b.slot)) {
    const shown = one.name.length > NAME_MAX ? `${one.name.slice(0, NAME_MAX - 1)}…` : one.name
    const x = Math.round(((one.slot + 0.5) / SLOTS) * width)
    const room = shown.length * CHARACTER + EXTRA
    const isLeft = x + room > width
    const [from, to] = isLeft ? [x - room, x] : [x, x + room]
    const row = ROWS.findIndex((_, index) => {
      const isFree = !taken.some((other) => other.row === index && other.from < to && from < other.to)
      // A line from the upper row must not run through words of the lower one.
      const isClear = index === 1 ? !lines.some((line) => line > from && line < to) : true
      const isCrossed = index === 0 && taken.some((other) => other.row === 1 && other.from < x && x < other.to)
      return isFree && isClear && !isCrossed
    })
    if (row < 0) continue
    taken.push({ from, to, row })
    if (row === 0) lines.push(x)
    placed.push({ ...one, shown, x, height: ROWS[row]!, isLeft })
  }
  return placed
}

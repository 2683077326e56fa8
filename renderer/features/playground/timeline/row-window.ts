/**
 * Which rows of a long table are in sight. All rows are equally high, so this is two divisions; a general virtualiser
 * measures and remembers each row, which at two hundred thousand of them and eight changes a second is felt.
 */
export interface RowWindow {
  readonly first: number
  readonly end: number
}

/** Rows drawn beyond what is in sight, so that a scroll finds them ready. */
const BEYOND = 8

export function rowsInSight(scrollTop: number, height: number, rowHeight: number, count: number): RowWindow {
  const first = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight) - BEYOND))
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + BEYOND)
  return { first, end: Math.max(first, end) }
}

/** Where to scroll so that a row is wholly in sight; as it is when the row is there already. */
export function scrollToShow(row: number, scrollTop: number, height: number, rowHeight: number): number {
  if (row * rowHeight < scrollTop) return row * rowHeight
  if ((row + 1) * rowHeight > scrollTop + height) return (row + 1) * rowHeight - height
  return scrollTop
}

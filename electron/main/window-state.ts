import { z } from 'zod'
import { readJsonFile, writeJsonFile } from './json-file'

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const windowStateSchema = z.strictObject({
  bounds: z.strictObject({ x: z.int(), y: z.int(), width: z.int(), height: z.int() }),
  isMaximized: z.boolean(),
})
export type WindowState = z.output<typeof windowStateSchema>

/** The smallest window in which every part is still reachable, and the one to begin with. */
export const smallest = { width: 800, height: 560 } as const
const first = { width: 1440, height: 900 } as const
/** As much of the title bar must be on a screen to get hold of the window. */
const reachable = { width: 120, height: 40 } as const

/** Where the window was, or undefined: then the system places it. A damaged file is no loss, so nothing is said. */
export function readWindowState(file: string): WindowState | undefined {
  const read = readJsonFile(file)
  const parsed = windowStateSchema.safeParse(read.kind === 'value' ? read.value : undefined)
  return parsed.success ? parsed.data : undefined
}

export const writeWindowState: (file: string, state: WindowState) => void = writeJsonFile

/**
 * Where to open the window so that it is wholly usable on the screens there are now: one may have been unplugged, or
 * have become smaller. `workAreas` begins with the primary screen's.
 */
export function placeWindow(saved: Rectangle | undefined, workAreas: readonly Rectangle[]): Partial<Rectangle> {
  const primary = workAreas[0]
  if (!saved) return primary ? fit(first, primary) : first
  const screen = workAreas.find((area) => isReachable(saved, area))
  if (!screen) return primary ? fit(saved, primary) : fit(saved, saved)
  const { width, height } = fit(saved, screen)
  return { x: saved.x, y: Math.max(saved.y, screen.y), width, height }
}

function isReachable(window: Rectangle, area: Rectangle): boolean {
  const across = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x)
  const top = window.y >= area.y - reachable.height && window.y <= area.y + area.height - reachable.height
  return across >= reachable.width && top
}

function fit(size: { width: number; height: number }, area: Rectangle): { width: number; height: number } {
  return {
    width: Math.max(smallest.width, Math.min(size.width, area.width)),
    height: Math.max(smallest.height, Math.min(size.height, area.height)),
  }
}

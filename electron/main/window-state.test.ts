import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { placeWindow, readWindowState, writeWindowState } from './window-state'

const laptop = { x: 0, y: 25, width: 1440, height: 875 }
const beamer = { x: 1440, y: 0, width: 1920, height: 1080 }

it('opens at the first size, or as large as the screen allows', () => {
  expect(placeWindow(undefined, [beamer])).toEqual({ width: 1440, height: 900 })
  expect(placeWindow(undefined, [laptop])).toEqual({ width: 1440, height: 875 })
})

it('opens where it was', () => {
  const saved = { x: 1600, y: 40, width: 1200, height: 800 }
  expect(placeWindow(saved, [laptop, beamer])).toEqual(saved)
})

it('leaves the place to the system when its screen is gone, and keeps the size', () => {
  expect(placeWindow({ x: 1600, y: 40, width: 1200, height: 800 }, [laptop])).toEqual({ width: 1200, height: 800 })
})

it('shrinks to a screen that has become smaller, though never below its least size', () => {
  const small = { x: 0, y: 0, width: 1024, height: 700 }
  expect(placeWindow({ x: 0, y: 0, width: 1400, height: 900 }, [small])).toEqual(small)
  expect(placeWindow({ x: 0, y: 0, width: 300, height: 200 }, [small])).toMatchObject({ width: 800, height: 560 })
})

it('keeps the title bar below the edge of the screen, and hidden windows reachable', () => {
  expect(placeWindow({ x: 10, y: 0, width: 1000, height: 700 }, [laptop])).toMatchObject({ x: 10, y: 25 })
  expect(placeWindow({ x: 1400, y: 50, width: 1000, height: 700 }, [laptop])).not.toHaveProperty('x')
})

it('is remembered, and a damaged memory is forgotten', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eventyard-window-'))
  const file = join(folder, 'window.json')
  const state = { bounds: { x: 1, y: 2, width: 900, height: 600 }, isMaximized: true }
  expect(readWindowState(file)).toBeUndefined()
  writeWindowState(file, state)
  expect(readWindowState(file)).toEqual(state)
  writeFileSync(file, '{"bounds":{}}')
  expect(readWindowState(file)).toBeUndefined()
  rmSync(folder, { recursive: true })
})

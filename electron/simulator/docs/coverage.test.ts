import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { commandsPage } from './commands-page'
import { coveredCommands, staleNotes } from './coverage'

it('says something of every command of Redis', () => {
  expect(coveredCommands().length).toBeGreaterThan(300)
})

it('speaks of no command that has come meanwhile, or that there never was', () => {
  expect(staleNotes()).toEqual([])
})

it('is what docs/commands.md shows (npm run docs writes it)', () => {
  expect(readFileSync(join(import.meta.dirname, '../../../docs/commands.md'), 'utf8')).toBe(commandsPage())
})

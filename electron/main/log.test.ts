import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openLog } from './log'

let folder: string
let printed: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eventyard-log-'))
  printed = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

const now = () => new Date('2030-01-02T03:04:05Z')

it('writes lines with their causes, to the file and to standard error', () => {
  const file = join(folder, 'logs', 'eventyard.log')
  const log = openLog(file, now)
  log.info('started')
  log.error('settings', new Error('unreadable', { cause: new Error('disk is full') }))
  const text = readFileSync(file, 'utf8')
  expect(text).toMatch(/^2030-01-02T03:04:05.000Z info started\n/)
  expect(text).toContain('error settings: Error: unreadable')
  expect(text).toContain('caused by Error: disk is full')
  expect(printed).toBe(text)
})

it('begins a new file at 1 MiB', () => {
  const file = join(folder, 'eventyard.log')
  writeFileSync(file, 'x'.repeat(1024 * 1024 + 1))
  openLog(file, now).info('started')
  expect(readFileSync(file, 'utf8')).toBe('2030-01-02T03:04:05.000Z info started\n')
  expect(existsSync(`${file}.old`)).toBe(true)
})

it('goes on without a file when it cannot write one', () => {
  writeFileSync(join(folder, 'file'), '')
  const log = openLog(join(folder, 'file', 'eventyard.log'), now)
  log.info('one')
  log.info('two')
  expect(printed.match(/cannot write/g)).toHaveLength(1)
  expect(printed).toContain('info two')
})

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSettings } from './settings'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eventyard-settings-'))
  file = join(folder, 'settings.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the settings', () => {
  it('begin with defaults and without a file', () => {
    const store = openSettings(file)
    expect(store.problem).toBeUndefined()
    expect(store.settings).toMatchObject({ theme: 'system', inspectorWidth: 332 })
    expect(existsSync(file)).toBe(false)
  })

  it('are there again after a restart, and leave no draft behind', () => {
    openSettings(file).change({ theme: 'dark', inspectorWidth: 400 })
    expect(openSettings(file).settings).toMatchObject({ theme: 'dark', inspectorWidth: 400, panelHeight: 308 })
    expect(readdirSync(folder)).toEqual(['settings.json'])
  })

  it('change only where told to', () => {
    const store = openSettings(file)
    store.change({ theme: 'dark' })
    store.change({ language: 'zh-CN', theme: undefined })
    expect(store.settings).toMatchObject({ theme: 'dark', language: 'zh-CN' })
  })

  it('set a broken file aside, say so and go on with the defaults', () => {
    writeFileSync(file, '{ "theme": "dark", ')
    const store = openSettings(file)
    expect(store.settings.theme).toBe('system')
    expect(store.problem).toMatchObject({ code: 'settings.unreadable', values: { backup: `${file}.bad` } })
    expect(readFileSync(`${file}.bad`, 'utf8')).toBe('{ "theme": "dark", ')
    store.change({ theme: 'light' })
    expect(openSettings(file).problem).toBeUndefined()
  })

  it('keep the good values of a file with a wrong one', () => {
    writeFileSync(file, JSON.stringify({ theme: 'dark', inspectorWidth: 'wide' }))
    const store = openSettings(file)
    expect(store.settings).toMatchObject({ theme: 'dark', inspectorWidth: 332 })
    expect(store.problem?.message).toContain('inspectorWidth')
  })

  it('stay as they are when they cannot be written', () => {
    const store = openSettings(join(file, 'not-a-folder', 'settings.json'))
    writeFileSync(file, '')
    expect(() => store.change({ theme: 'dark' })).toThrow('Cannot write')
    expect(store.settings.theme).toBe('system')
  })
})

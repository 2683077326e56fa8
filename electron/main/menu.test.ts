import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it, vi } from 'vitest'
import { menuActions, type MenuAction } from '../../shared/contract'
import { menuTemplate } from './menu'
import { localeOf, words } from './words'

const items = (template: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  template.flatMap((item) => [item, ...items((item.submenu as MenuItemConstructorOptions[] | undefined) ?? [])])
const menu = (over: Partial<Parameters<typeof menuTemplate>[0]> = {}) =>
  items(menuTemplate({ locale: 'en', isMac: false, isDevelopment: false, perform: vi.fn(), ...over }))

describe('the menu', () => {
  it.each([true, false])('has every action of the contract once (macOS: %s)', (isMac) => {
    const ids = menu({ isMac }).flatMap(({ id }) => id ?? [])
    expect(ids.sort()).toEqual([...menuActions].sort())
  })

  it('asks the window to carry an action out', () => {
    const perform = vi.fn<(action: MenuAction) => void>()
    const step = menu({ perform }).find(({ id }) => id === 'step')
    ;(step!.click as () => void)()
    expect(perform).toHaveBeenCalledWith('step')
  })

  it('gives no key twice', () => {
    const keys = menu().flatMap(({ accelerator }) => accelerator ?? [])
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('has developer tools only while developing', () => {
    const roles = (isDevelopment: boolean) => menu({ isDevelopment }).map(({ role }) => role)
    expect(roles(true)).toContain('toggleDevTools')
    expect(roles(false)).not.toContain('toggleDevTools')
    expect(roles(false)).not.toContain('reload')
  })
})

describe('the words', () => {
  it('are the same in number in both languages, and each says something', () => {
    expect(Object.keys(words['zh-CN'])).toEqual(Object.keys(words.en))
    for (const text of Object.values(words['zh-CN'])) expect(text.trim()).not.toBe('')
  })

  it('follow the system where we speak its language, and the choice everywhere', () => {
    expect(localeOf('system', 'zh-CN')).toBe('zh-CN')
    expect(localeOf('system', 'zh')).toBe('zh-CN')
    expect(localeOf('system', 'de')).toBe('en')
    expect(localeOf('zh-CN', 'de')).toBe('zh-CN')
    expect(localeOf('en', 'zh-CN')).toBe('en')
  })
})

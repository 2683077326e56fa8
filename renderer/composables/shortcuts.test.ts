import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { useShortcuts } from './shortcuts'

let scope: EffectScope
let singleKeys = true
const pause = vi.fn()
const palette = vi.fn()
const scenarios = vi.fn()

beforeEach(() => {
  singleKeys = true
  vi.clearAllMocks()
  scope = effectScope()
  scope.run(() => {
    useShortcuts({ Space: pause, 'Ctrl+K': palette, 'G S': scenarios }, () => singleKeys)
  })
})

afterEach(() => {
  scope.stop()
  document.body.innerHTML = ''
})

function press(key: string, target: Element = document.body, mods: KeyboardEventInit = {}): void {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...mods }))
}

function element(html: string): Element {
  document.body.innerHTML = html
  return document.body.firstElementChild!
}

describe('useShortcuts', () => {
  it('hears single keys, keys with Ctrl, and one key after another', () => {
    press(' ')
    press('k', document.body, { ctrlKey: true })
    press('g')
    press('s')
    expect([pause, palette, scenarios].map((action) => action.mock.calls.length)).toEqual([1, 1, 1])
  })

  it('leaves typing alone, but for keys with Ctrl', () => {
    const input = element('<input type="text">')
    press(' ', input)
    press('k', input, { ctrlKey: true })
    expect(pause).not.toHaveBeenCalled()
    expect(palette).toHaveBeenCalledOnce()
  })

  it('lets a text field undo what was typed in it', () => {
    const undo = vi.fn()
    scope.run(() => useShortcuts({ 'Ctrl+Z': undo }, () => true))
    press('z', element('<textarea></textarea>'), { ctrlKey: true })
    expect(undo).not.toHaveBeenCalled()
    press('z', document.body, { ctrlKey: true })
    expect(undo).toHaveBeenCalledOnce()
  })

  it('leaves Space to a button, not to a node of the graph or a choice that is made', () => {
    press(' ', element('<button>Publish</button>'))
    expect(pause).not.toHaveBeenCalled()
    press(' ', element('<div role="button" data-node="actor:ana"></div>'))
    press(' ', element('<button role="radio" aria-checked="true">1x</button>'))
    expect(pause).toHaveBeenCalledTimes(2)
  })

  it('rests inside dialogs, and when single keys are turned off', () => {
    press(' ', element('<div role="dialog"></div>'))
    singleKeys = false
    press(' ')
    expect(pause).not.toHaveBeenCalled()
    press('k', document.body, { ctrlKey: true })
    expect(palette).toHaveBeenCalledOnce()
  })

  it('is silent when its scope has ended', () => {
    scope.stop()
    press(' ')
    expect(pause).not.toHaveBeenCalled()
  })
})

import { onScopeDispose } from 'vue'

/** A key press as text: `Ctrl+K`, `Space`, `Shift+R`, `G P` for one key after the other. On macOS Cmd stands for Ctrl. */
export type Shortcuts = Readonly<Record<string, () => void>>

const SECOND_KEY_MS = 1200

const stack: { readonly keys: Shortcuts; readonly singleKeys: () => boolean }[] = []
let first = ''
let firstMs = 0

/** Holds keys for as long as the calling scope lives. Plain keys rest while the person types or has turned them off. */
export function useShortcuts(keys: Shortcuts, singleKeys: () => boolean): void {
  if (stack.length === 0) window.addEventListener('keydown', onKeyDown)
  const entry = { keys, singleKeys }
  stack.push(entry)
  onScopeDispose(() => {
    stack.splice(stack.indexOf(entry), 1)
    if (stack.length === 0) window.removeEventListener('keydown', onKeyDown)
  })
}

export function keyText(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>): string {
  const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toUpperCase() : event.key
  const isLetter = /^[A-Z]$/.test(key)
  return [
    event.ctrlKey || event.metaKey ? 'Ctrl+' : '',
    event.altKey ? 'Alt+' : '',
    // Shift is part of `?` already; only with letters and named keys does it say something of its own.
    event.shiftKey && (isLetter || key.length > 1) ? 'Shift+' : '',
    key,
  ].join('')
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return
  const text = keyText(event)
  const isPlain = !text.startsWith('Ctrl+') && !text.startsWith('Alt+') && !/^F\d+$/.test(text)
  if (isPlain && (isTyping(event.target) || isInDialog(event.target))) return
  // A text field undoes what was typed in it.
  if (text === 'Ctrl+Z' && isTyping(event.target)) return
  // Space and Enter belong to the button that has the focus, Home to what scrolls.
  if ((text === 'Space' || text === 'Enter') && isControl(event.target)) return
  const pair = event.timeStamp - firstMs < SECOND_KEY_MS ? `${first} ${text}` : ''
  for (const { keys, singleKeys } of [...stack].reverse()) {
    if (isPlain && !singleKeys()) continue
    const action = (pair && keys[pair]) || keys[text]
    if (!action) continue
    event.preventDefault()
    // `B` does something, and is the first of `B K` too.
    first = hasPairsOf(text) ? text : ''
    firstMs = event.timeStamp
    action()
    return
  }
  first = text
  firstMs = event.timeStamp
}

/** Whether some shortcut begins with this key. */
function hasPairsOf(text: string): boolean {
  return stack.some(({ keys }) => Object.keys(keys).some((key) => key.startsWith(`${text} `)))
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) {
    return true
  }
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range'].includes(target.type)
}

function isInDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="dialog"], [role="menu"], [role="listbox"]') !== null
}

/** Whether the focused element has a use of its own for Space and Enter. */
function isControl(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false
  const control = target.closest('button, a, summary, [role="button"], [role="tab"], [role="switch"]')
  // A node of the graph takes Enter itself, and a choice that is made already takes nothing: Space pauses there too.
  return control !== null && !control.matches('[data-node], [role="radio"][aria-checked="true"]')
}

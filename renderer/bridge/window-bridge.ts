/**
 * The one place that knows what preload put on the window. It imports nothing that runs: the page's first script needs it,
 * and whatever that script loads puts off the first paint.
 */
import type { Bridge } from '../../shared/contract'

declare global {
  interface Window {
    readonly eventyard?: Bridge
  }
}

/** Undefined in a plain browser. */
export function windowBridge(): Bridge | undefined {
  return window.eventyard
}

/** The one place that knows how the window reaches the rest of Eventyard. */
import { inject, type App, type InjectionKey } from 'vue'
import type { Bridge } from '../../shared/contract'

declare global {
  interface Window {
    readonly eventyard?: Bridge
  }
}

const bridgeKey: InjectionKey<Bridge> = Symbol('bridge')

export function provideBridge(app: App, bridge: Bridge): void {
  app.provide(bridgeKey, bridge)
}

/** What preload put on the window; undefined in a plain browser. */
export function windowBridge(): Bridge | undefined {
  return window.eventyard
}

export function useBridge(): Bridge {
  const bridge = inject(bridgeKey)
  if (!bridge) throw new Error('No bridge was provided to this app.')
  return bridge
}

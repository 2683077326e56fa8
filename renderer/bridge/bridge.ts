/** How components reach the rest of Eventyard. */
import { inject, type App, type InjectionKey } from 'vue'
import type { Bridge } from '../../shared/contract'

const bridgeKey: InjectionKey<Bridge> = Symbol('bridge')

export function provideBridge(app: App, bridge: Bridge): void {
  app.provide(bridgeKey, bridge)
}

export function useBridge(): Bridge {
  const bridge = inject(bridgeKey)
  if (!bridge) throw new Error('No bridge was provided to this app.')
  return bridge
}

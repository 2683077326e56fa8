/**
 * The one bridge between the window and the app: it carries calls out and streams in, and gives the page nothing of
 * Electron. The page's side of it is the `Bridge` of the contract.
 */
import { contextBridge, ipcRenderer } from 'electron'
import type { Bridge, Outcome, Streams } from '../../shared/contract'
import { EventyardError, toErrorData } from '../../shared/errors'

/**
 * Passes a stream on. What comes before the first listener is kept for it: a menu command or a file may be there before
 * the page is. The bound only guards against a page that never listens.
 */
function relay<S extends keyof Streams>(stream: S, keptMax: number) {
  const listeners = new Set<(data: Streams[S]) => void>()
  let kept: Streams[S][] = []
  ipcRenderer.on(`stream:${stream}`, (_event, data: Streams[S]) => {
    if (listeners.size === 0) kept = [...kept, data].slice(-keptMax)
    for (const listener of listeners) listener(data)
  })
  return (listener: (data: Streams[S]) => void): (() => void) => {
    listeners.add(listener)
    const early = kept
    kept = []
    for (const data of early) listener(data)
    return () => void listeners.delete(listener)
  }
}

const bridge: Bridge = {
  async call(name, params) {
    try {
      return (await ipcRenderer.invoke(`call:${name}`, params)) as Outcome<never>
    } catch {
      // Electron found no handler, or could not copy the parameters: main answers everything else itself.
      return { ok: false, error: toErrorData(new EventyardError('call.unknown', { call: String(name) })) }
    }
  },
  // A batch lost before the page listens is no loss: it asks for the trace again when it begins.
  onTrace: relay('trace', 1),
  onState: relay('state', 1),
  onConsole: relay('console', 50),
  onCommand: relay('command', 50),
}

contextBridge.exposeInMainWorld('eventyard', bridge)

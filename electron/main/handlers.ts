import { app, clipboard, dialog, nativeTheme, type BrowserWindow } from 'electron'
import { engineCalls, type EngineCallName } from '../../shared/contract'
import type { ConnectionStore } from './connections'
import type { EngineSupervisor } from './engine-supervisor'
import { readScenarioFile, scenarioExtensions } from './scenario-files'
import type { Handlers } from './serve-calls'
import type { SettingsStore } from './settings'
import { localeOf, words } from './words'

export interface HandlerParts {
  readonly store: SettingsStore
  readonly engine: EngineSupervisor
  readonly connections: ConnectionStore
  window(): BrowserWindow | undefined
  /** Settings that main itself heeds have changed. */
  settingsChanged(): void
}

/** What main answers itself; every other call goes to the engine worker as it is. */
export function makeHandlers({ store, engine, connections, window, settingsChanged }: HandlerParts): Handlers {
  const toEngine = Object.fromEntries(
    (Object.keys(engineCalls) as EngineCallName[]).map((name) => [name, (params: never) => engine.call(name, params)]),
  ) as unknown as Pick<Handlers, EngineCallName>

  let inUse: string | null = null
  return {
    ...toEngine,
    'run.start': async (params) => {
      const { on } = params
      if (on.kind !== 'saved') {
        const state = await engine.call('run.start', params)
        inUse = null
        return state
      }
      // The secrets go from main to the engine, and never by the window.
      const connection = connections.resolve(on.id)
      const state = await engine.call('run.start', { ...params, on: { kind: 'remote', connection } })
      inUse = on.id
      return state
    },
    'connections.list': () => ({
      connections: connections.list(),
      canKeepSecrets: connections.canKeepSecrets,
      inUse,
    }),
    'connections.save': (draft) => connections.save(draft),
    'connections.duplicate': ({ id }) => connections.duplicate(id),
    'connections.remove': ({ id }) => {
      connections.remove(id)
      return {}
    },
    'connections.restore': ({ id }) => connections.restore(id),
    'connections.test': (draft) => engine.call('connection.test', { connection: connections.resolveDraft(draft) }),
    'app.info': () => ({
      version: app.getVersion(),
      electron: process.versions.electron,
      platform: process.platform,
      locale: localeOf(store.settings.language, app.getLocale()),
    }),
    'settings.get': () => store.settings,
    'settings.set': (change) => {
      const settings = store.change(change)
      settingsChanged()
      return settings
    },
    'files.openScenario': async () => {
      const say = words[localeOf(store.settings.language, app.getLocale())]
      const options = {
        properties: ['openFile' as const],
        filters: [{ name: say.scenarios, extensions: [...scenarioExtensions] }],
      }
      const parent = window()
      const { filePaths } = await (parent ? dialog.showOpenDialog(parent, options) : dialog.showOpenDialog(options))
      return filePaths[0] === undefined ? null : readScenarioFile(filePaths[0])
    },
    'clipboard.write': ({ text }) => {
      clipboard.writeText(text)
      return {}
    },
  }
}

export function applyTheme(store: SettingsStore): void {
  nativeTheme.themeSource = store.settings.theme
}

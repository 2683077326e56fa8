/**
 * The app's main process, in the order in which it starts: one instance, settings, the window's protocol, the window,
 * and behind its first paint the menu and the engine worker, unless a call needs that sooner.
 */
import { app, ipcMain, Menu, protocol, safeStorage, session, type WebFrameMain } from 'electron'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { MenuAction } from '../../shared/contract'
import { toErrorData } from '../../shared/errors'
import type { WorkerOptions } from '../engine/worker-protocol'
import { openConnections } from './connections'
import { EngineSupervisor } from './engine-supervisor'
import { scenariosFolder, windowFolder, workerFile } from './folders'
import { applyTheme, makeHandlers } from './handlers'
import { openLog } from './log'
import { menuTemplate } from './menu'
import { appScheme, isOwnPage } from './policy'
import { isOpenable, readScenarioFile, fileArguments } from './scenario-files'
import { systemKeeper } from './secret-keeper'
import { guardWindows, refusePermissions } from './security'
import { serveCalls } from './serve-calls'
import { answerFile } from './serve-files'
import { openSettings } from './settings'
import { openWindow, type AppWindow } from './window'
import { localeOf } from './words'

app.setName('Eventyard')
if (app.requestSingleInstanceLock()) start()
else {
  // A file was handed over and opens there. Without one, nothing of what was asked for has happened: exit code 2.
  process.stderr.write('Eventyard is already running: its window comes to the front.\n')
  app.exit(fileArguments(process.argv, process.cwd()).length > 0 ? 0 : 2)
}

function start(): void {
  const userData = app.getPath('userData')
  const log = openLog(join(userData, 'logs', 'eventyard.log'))
  // Vite's server, while developing. A packaged app listens to no such thing.
  const devUrl = app.isPackaged ? undefined : process.env.EVENTYARD_DEV_URL
  const store = openSettings(join(userData, 'settings.json'))

  let open: AppWindow | undefined
  const engine = new EngineSupervisor({
    startWorker: () => {
      const options: WorkerOptions = { scenariosFolder, observed: true }
      return new Worker(workerFile, {
        name: 'engine',
        workerData: options,
        resourceLimits: { maxOldGenerationSizeMb: 2048 },
      })
    },
    send: (stream, data) => open?.send(stream, data),
    log,
  })

  const perform = (action: MenuAction) => open?.send('command', { kind: 'menu', action })
  const setMenu = () => {
    const parts = {
      locale: localeOf(store.settings.language, app.getLocale()),
      isMac: process.platform === 'darwin',
      isDevelopment: !app.isPackaged,
      perform,
    }
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(parts)))
  }

  async function openScenario(path: string): Promise<void> {
    try {
      const file = await readScenarioFile(path)
      open?.send('command', { kind: 'open-scenario', ...file })
    } catch (error) {
      log.error(`opening ${path}`, error)
      open?.send('command', { kind: 'notice', error: toErrorData(error) })
    }
  }

  const isTrusted = (frame: WebFrameMain | null) =>
    frame !== null && frame.parent === null && isOwnPage(frame.url, devUrl)

  function show(): void {
    open = openWindow(join(userData, 'window.json'), log, devUrl)
    open.window.on('closed', () => (open = undefined))
  }

  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
  guardWindows(app, log, devUrl)
  applyTheme(store)

  // macOS tells of files to open so, at times before it is ready.
  const early: string[] = fileArguments(process.argv, process.cwd())
  app.on('open-file', (event, path) => {
    event.preventDefault()
    if (!isOpenable(path)) return
    if (open) void openScenario(path)
    else early.push(path)
  })
  app.on('second-instance', (_event, argv, workingFolder) => {
    if (!open) show()
    open?.focus()
    for (const path of fileArguments(argv, workingFolder)) void openScenario(path)
  })

  void app.whenReady().then(() => {
    protocol.handle(appScheme, async ({ method, url }) => {
      const { body, status, headers } = await answerFile(windowFolder, method, url)
      return new Response(body, { status, headers })
    })
    refusePermissions(session.defaultSession)
    // The window comes first, since its page loads beside this; its first call comes long after this turn.
    show()
    const settingsChanged = () => {
      applyTheme(store)
      setMenu()
    }
    // Only now: what the system keeps secrets with is known once the app is ready.
    const connections = openConnections(join(userData, 'connections.json'), systemKeeper(safeStorage))
    const parts = { store, engine, connections, window: () => open?.window, settingsChanged }
    serveCalls(ipcMain, makeHandlers(parts), isTrusted, log)
    // Measured: beside the page's first frames, the menu and the worker's start would put off what the user sees first.
    open?.window.once('ready-to-show', () => {
      setMenu()
      engine.warmUp()
    })
    if (store.problem) {
      log.error('settings', store.problem)
      open?.send('command', { kind: 'notice', error: toErrorData(store.problem) })
    }
    if (connections.problem) {
      log.error('connections', connections.problem)
      open?.send('command', { kind: 'notice', error: toErrorData(connections.problem) })
    }
    for (const path of early) void openScenario(path)
    app.on('activate', () => {
      if (!open) show()
    })
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('will-quit', () => void engine.close())
}

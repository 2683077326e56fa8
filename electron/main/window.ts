import { BrowserWindow, nativeTheme, screen } from 'electron'
import type { Streams } from '../../shared/contract'
import { preloadFile } from './folders'
import type { Log } from './log'
import { appOrigin } from './policy'
import { placeWindow, readWindowState, smallest, writeWindowState } from './window-state'

/** `--bg-0` of the window's tokens: what shows before the first paint must not flash. */
const background = { dark: '#0E1315', light: '#F1F4F4' } as const

/** The app's window, and what is sent to it. */
export interface AppWindow {
  readonly window: BrowserWindow
  /** Reaches the page, also when it is still loading. */
  send<S extends keyof Streams>(stream: S, data: Streams[S]): void
  focus(): void
}

export function openWindow(stateFile: string, log: Log, devUrl: string | undefined): AppWindow {
  const saved = readWindowState(stateFile)
  const displays = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()]
  const window = new BrowserWindow({
    ...placeWindow(
      saved?.bounds,
      displays.map(({ workArea }) => workArea),
    ),
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'Eventyard',
    backgroundColor: backgroundOf(nativeTheme.shouldUseDarkColors),
    // The menu's keys work all the same, and Alt shows it.
    autoHideMenuBar: true,
    webPreferences: {
      preload: preloadFile,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  })
  if (saved?.isMaximized) window.maximize()

  window.once('ready-to-show', () => window.show())
  const changeBackground = () => window.setBackgroundColor(backgroundOf(nativeTheme.shouldUseDarkColors))
  nativeTheme.on('updated', changeBackground)
  window.on('closed', () => nativeTheme.off('updated', changeBackground))
  window.on('close', () => {
    try {
      writeWindowState(stateFile, { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() })
    } catch (error) {
      log.error('remembering where the window was', error)
    }
  })

  const pending: (() => void)[] = []
  let isLoaded = false
  const { webContents } = window
  webContents.on('did-start-loading', () => (isLoaded = false))
  webContents.on('dom-ready', () => {
    isLoaded = true
    for (const send of pending.splice(0)) send()
  })
  reloadAfterCrash(window, log)
  void window.loadURL(devUrl ?? `${appOrigin}/`)

  return {
    window,
    send(stream, data) {
      const send = () => {
        if (!window.isDestroyed()) webContents.send(`stream:${stream}`, data)
      }
      // A page asks for the trace and the state when it begins; a command must not be lost before that.
      if (isLoaded) send()
      else if (stream === 'command') pending.push(send)
    },
    focus() {
      if (window.isMinimized()) window.restore()
      window.show()
      window.focus()
    },
  }
}

/** A page that died comes back by itself, from the trace that the worker still has; one that keeps dying does not. */
function reloadAfterCrash(window: BrowserWindow, log: Log): void {
  let crashes = 0
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return
    log.error('the window', new Error(`its process is gone: ${reason}, exit code ${exitCode}`))
    crashes++
    if (crashes <= 3 && !window.isDestroyed()) window.webContents.reload()
  })
}

function backgroundOf(isDark: boolean): string {
  return isDark ? background.dark : background.light
}

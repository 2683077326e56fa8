import { shell, type App, type Session, type WebContents } from 'electron'
import type { Log } from './log'
import { isAllowedExternal, isOwnPage } from './policy'

/**
 * Closes every way out of the window for every page that this process will ever hold: it stays where it is, opens
 * nothing, embeds nothing and gets no permission. A link to one of the allowed sites goes to the user's browser.
 */
export function guardWindows(app: App, log: Log, devUrl: string | undefined): void {
  app.on('web-contents-created', (_event, contents) => guard(contents, log, devUrl))
}

function guard(contents: WebContents, log: Log, devUrl: string | undefined): void {
  const stay = (event: { preventDefault(): void }, url: string) => {
    // Vite reloads the page while developing; the app itself never navigates.
    if (devUrl !== undefined && isOwnPage(url, devUrl)) return
    event.preventDefault()
    log.info(`kept from navigating to ${url}`)
  }
  contents.on('will-navigate', (event, url) => stay(event, url))
  contents.on('will-redirect', (event, url) => stay(event, url))
  contents.on('will-frame-navigate', (event) => stay(event, event.url))
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    if (isAllowedExternal(url)) void shell.openExternal(url)
    else log.info(`kept from opening ${url}`)
    return { action: 'deny' }
  })
}

export function refusePermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => event.preventDefault())
}

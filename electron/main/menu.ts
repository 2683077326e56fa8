import type { MenuItemConstructorOptions } from 'electron'
import type { MenuAction } from '../../shared/contract'
import { words, type Locale } from './words'

export interface MenuParts {
  readonly locale: Locale
  readonly isMac: boolean
  /** Reloading and developer tools, which a packaged app does not offer. */
  readonly isDevelopment: boolean
  /** The window carries the action out. */
  perform(action: MenuAction): void
}

/** The menu as a template. It has every action, with its key, also for people who never open it. */
export function menuTemplate({ locale, isMac, isDevelopment, perform }: MenuParts): MenuItemConstructorOptions[] {
  const say = words[locale]
  const action = (label: string, name: MenuAction, accelerator?: string): MenuItemConstructorOptions => ({
    id: name,
    label,
    click: () => perform(name),
    ...(accelerator === undefined ? {} : { accelerator }),
  })
  const settings = action(say.settings, 'settings', 'CmdOrCtrl+,')
  const about = action(say.about, 'about')
  const separator: MenuItemConstructorOptions = { type: 'separator' }

  const template: MenuItemConstructorOptions[] = [
    {
      label: say.file,
      submenu: [
        action(say.open, 'open', 'CmdOrCtrl+O'),
        action(say.chatRoom, 'chat-room'),
        separator,
        ...(isMac ? [{ label: say.close, role: 'close' as const }] : [settings, separator, quit(say.quit)]),
      ],
    },
    {
      label: say.edit,
      submenu: [
        { label: say.undo, role: 'undo' },
        { label: say.redo, role: 'redo' },
        separator,
        { label: say.cut, role: 'cut' },
        { label: say.copy, role: 'copy' },
        { label: say.paste, role: 'paste' },
        { label: say.selectAll, role: 'selectAll' },
      ],
    },
    {
      label: say.run,
      submenu: [
        action(say.pause, 'pause', 'F8'),
        action(say.step, 'step', 'F10'),
        separator,
        action(say.restart, 'restart', 'CmdOrCtrl+Shift+R'),
        action(say.stop, 'stop', 'Shift+F5'),
      ],
    },
    {
      label: say.view,
      submenu: [
        action(say.palette, 'palette', 'CmdOrCtrl+K'),
        separator,
        { label: say.resetZoom, role: 'resetZoom' },
        { label: say.zoomIn, role: 'zoomIn' },
        { label: say.zoomOut, role: 'zoomOut' },
        { label: say.fullScreen, role: 'togglefullscreen' },
        ...(isDevelopment
          ? [
              separator,
              { label: say.reload, role: 'reload' as const },
              { label: say.developerTools, role: 'toggleDevTools' as const },
            ]
          : []),
      ],
    },
    {
      label: say.help,
      role: 'help',
      submenu: [action(say.shortcuts, 'shortcuts', 'CmdOrCtrl+/'), ...(isMac ? [] : [about])],
    },
  ]
  if (!isMac) return template

  const application: MenuItemConstructorOptions = {
    label: 'Eventyard',
    submenu: [
      about,
      separator,
      settings,
      separator,
      { label: say.hide, role: 'hide' },
      { label: say.hideOthers, role: 'hideOthers' },
      { label: say.showAll, role: 'unhide' },
      separator,
      quit(say.quit),
    ],
  }
  const windowMenu: MenuItemConstructorOptions = {
    label: say.window,
    role: 'windowMenu',
    submenu: [{ label: say.minimize, role: 'minimize' }],
  }
  return [application, ...template.slice(0, -1), windowMenu, ...template.slice(-1)]
}

function quit(label: string): MenuItemConstructorOptions {
  return { label, role: 'quit' }
}

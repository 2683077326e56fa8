import { onScopeDispose } from 'vue'
import type { MenuAction } from '../../shared/contract'
import { useBridge } from '../bridge/bridge'
import { useRun } from '../stores/run'
import { useUi } from '../stores/ui'
import { CHAT_ROOM, useOpenScenario } from './use-open-scenario'

/** What the menu, a second instance or the system asks of the window. */
export function useWindowCommands(): void {
  const ui = useUi()
  const run = useRun()
  const { openBuiltIn, openFile, openText } = useOpenScenario()

  const actions: Readonly<Record<MenuAction, () => unknown>> = {
    open: openFile,
    'chat-room': () => openBuiltIn(CHAT_ROOM),
    pause: () => run.canSteer && run.toggle(),
    step: () => run.canSteer && run.step(),
    restart: () => run.isOpen && run.restart(),
    stop: () => run.isOpen && run.close(),
    palette: () => (ui.dialog = 'palette'),
    settings: () => (ui.view = 'settings'),
    shortcuts: () => (ui.dialog = 'shortcuts'),
    about: () => (ui.view = 'settings'),
  }

  const stop = useBridge().onCommand((command) => {
    if (command.kind === 'menu') actions[command.action]()
    else if (command.kind === 'open-scenario') void openText(command.name, command.text)
    else ui.notice = command.error
  })
  onScopeDispose(stop)
}

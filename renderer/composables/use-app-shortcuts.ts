import { useSettings } from '../stores/settings'
import { useUi } from '../stores/ui'
import { useShortcuts } from './shortcuts'

/** Keys that work in every view. */
export function useAppShortcuts(): void {
  const ui = useUi()
  const settings = useSettings()
  useShortcuts(
    {
      'Ctrl+K': () => (ui.dialog = ui.dialog === 'palette' ? null : 'palette'),
      '?': () => (ui.dialog = 'shortcuts'),
      'G P': () => (ui.view = 'playground'),
      'G S': () => (ui.view = 'scenarios'),
      'G E': () => (ui.view = 'deployments'),
      'G D': () => (ui.view = 'data'),
      'G C': () => (ui.view = 'console'),
    },
    () => settings.values.singleKeys,
  )
}

import { useI18n } from 'vue-i18n'
import { useBridge } from '../bridge/bridge'
import { useUi } from '../stores/ui'

/** Puts text on the clipboard and says so. */
export function useCopy(): (text: string) => Promise<void> {
  const bridge = useBridge()
  const ui = useUi()
  const { t } = useI18n()
  return async (text) => {
    const outcome = await bridge.call('clipboard.write', { text })
    if (outcome.ok) ui.say(t('shell.copied'))
    else ui.notice = outcome.error
  }
}

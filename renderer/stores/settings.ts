import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { Settings } from '../../shared/contract'
import { useBridge } from '../bridge/bridge'
import { useMedia } from '../composables/use-media'
import { showLocale, type Locale } from '../i18n'

/** What holds until main has answered; the same values as the schema's defaults. */
const unread: Settings = {
  theme: 'system',
  language: 'system',
  inspectorWidth: 332,
  inspectorOpen: true,
  panelHeight: 308,
  panelOpen: true,
  singleKeys: true,
  consoleHistory: [],
  consoleView: 'formatted',
  consoleHelp: false,
  dataTree: false,
  dataAuto: true,
  localServer: '',
  layouts: {},
  recent: [],
}

const SAVE_AFTER_MS = 300
const RECENT_MAX = 8
/** The theme is needed before main can answer, or a light window would flash dark: the last one is kept here too. */
const THEME_HINT = 'eventyard.theme'

export const useSettings = defineStore('settings', () => {
  const bridge = useBridge()
  const values = shallowRef<Settings>({ ...unread, theme: themeHint() })
  const isRead = shallowRef(false)
  const prefersLight = useMedia('(prefers-color-scheme: light)')
  let changed: Partial<Settings> = {}
  let timer: ReturnType<typeof setTimeout> | undefined

  const theme = computed<'dark' | 'light'>(() => {
    const { theme: chosen } = values.value
    if (chosen !== 'system') return chosen
    return prefersLight.value ? 'light' : 'dark'
  })
  const locale = computed<Locale>(() => {
    const { language } = values.value
    if (language !== 'system') return language
    return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
  })

  watch(theme, (name) => (document.documentElement.dataset.theme = name), { immediate: true })
  watch(locale, (name) => void showLocale(name), { immediate: true })

  async function read(): Promise<void> {
    const outcome = await bridge.call('settings.get', {})
    // What was changed before the answer came is newer than the answer.
    if (outcome.ok) values.value = { ...outcome.value, ...changed }
    isRead.value = true
    localStorage.setItem(THEME_HINT, values.value.theme)
  }

  /** Changes settings at once and writes them soon after, many changes (a drag) in one call. */
  function change(part: Partial<Settings>): void {
    values.value = { ...values.value, ...part }
    changed = { ...changed, ...part }
    if (part.theme) localStorage.setItem(THEME_HINT, part.theme)
    clearTimeout(timer)
    timer = setTimeout(save, SAVE_AFTER_MS)
  }

  async function save(): Promise<void> {
    clearTimeout(timer)
    const part = changed
    changed = {}
    await bridge.call('settings.set', part)
  }

  // Whoever quits right after a change has changed it all the same. Later than this, main would not know the page any more.
  window.addEventListener('beforeunload', () => {
    if (Object.keys(changed).length > 0) void save()
  })

  function remember(id: string, name: string): void {
    const others = values.value.recent.filter((recent) => recent.id !== id)
    change({ recent: [{ id, name, openedAt: Date.now() }, ...others].slice(0, RECENT_MAX) })
  }

  return { values, isRead, theme, locale, read, change, remember }
})

function themeHint(): Settings['theme'] {
  const hint = localStorage.getItem(THEME_HINT)
  return hint === 'light' || hint === 'dark' ? hint : 'system'
}

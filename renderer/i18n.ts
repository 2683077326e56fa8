import { createI18n } from 'vue-i18n'
import en from './locales/en.json'

export type Locale = 'en' | 'zh-CN'
export type Messages = typeof en

export const locales: readonly { readonly id: Locale; readonly name: string }[] = [
  { id: 'en', name: 'English' },
  { id: 'zh-CN', name: '简体中文' },
]

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: { en } as Record<string, Messages>,
})

/** Switches the window's language; the Chinese messages are loaded when they are first needed. */
export async function showLocale(locale: Locale): Promise<void> {
  const { global } = i18n
  if (locale === 'zh-CN' && !global.availableLocales.includes(locale)) {
    const messages = await import('./locales/zh-CN.json')
    global.setLocaleMessage(locale, messages.default)
  }
  global.locale.value = locale
  document.documentElement.lang = locale
}

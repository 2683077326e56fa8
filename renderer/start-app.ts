import { createPinia } from 'pinia'
import { createApp, type App as VueApp } from 'vue'
import type { Bridge } from '../shared/contract'
import App from './App.vue'
import { provideBridge } from './bridge/bridge'
import { i18n } from './i18n'
import { attachTrace, createTraceFeed, provideTrace } from './trace/trace-feed'

export function startApp(bridge: Bridge): VueApp {
  const app = createApp(App)
  const feed = createTraceFeed()
  provideBridge(app, bridge)
  provideTrace(app, feed)
  attachTrace(feed, bridge)
  app.use(createPinia())
  app.use(i18n)
  app.mount('#app')
  return app
}

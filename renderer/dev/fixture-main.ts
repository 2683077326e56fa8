/** The window without Electron and engine, for working on how it looks: `npx vite`, then open /fixture.html. */
import '../styles/tokens.css'
import '../styles/fonts.css'
import '../styles/base.css'
import { createFixtureBridge } from '../bridge/fixture-bridge'
import { startApp } from '../start-app'

const query = new URLSearchParams(location.search)
const bridge = createFixtureBridge({
  theme: query.get('theme') === 'light' ? 'light' : 'dark',
  language: query.get('lang') === 'zh-CN' ? 'zh-CN' : 'en',
})
startApp(bridge)

let before = performance.now()
setInterval(() => {
  const now = performance.now()
  bridge.advance(now - before)
  before = now
}, 16)

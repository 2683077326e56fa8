import './styles/tokens.css'
import './styles/fonts.css'
import './styles/base.css'
import { windowBridge } from './bridge/window-bridge'

const bridge = windowBridge()
// Without its preload script the page has nothing to show: it was opened in a browser.
if (!bridge) document.body.textContent = 'Eventyard'
else {
  const loading = import('./start-app')
  // The frame in index.html is painted first, and the app is built behind it: work before the first frame would put off
  // what the user sees first.
  requestAnimationFrame(() =>
    setTimeout(() => {
      void loading.then(({ startApp }) => {
        startApp(bridge)
        performance.mark('app-mounted')
      })
    }),
  )
}

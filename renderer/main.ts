import './styles/tokens.css'
import './styles/fonts.css'
import './styles/base.css'
import { windowBridge } from './bridge/bridge'
import { startApp } from './start-app'

const bridge = windowBridge()
// Without its preload script the page has nothing to show: it was opened in a browser.
if (bridge) startApp(bridge)
else document.body.textContent = 'Eventyard'

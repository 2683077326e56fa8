/** The window without Electron and engine, for working on how it looks: `npx vite`, then open /fixture.html. */
import '../styles/tokens.css'
import '../styles/fonts.css'
import '../styles/base.css'
import { createFixtureBridge } from '../bridge/fixture-bridge'
import type { EventInput } from '../../shared/trace/event-types'
import { startApp } from '../start-app'

const query = new URLSearchParams(location.search)
const bridge = createFixtureBridge({
  theme: query.get('theme') === 'light' ? 'light' : 'dark',
  language: query.get('lang') === 'zh-CN' ? 'zh-CN' : 'en',
})
startApp(bridge)

/** `?load=500` adds that many messages a second, each to three subscribers. */
const load = Number(query.get('load') ?? 0)
let message = 10_000
let owed = 0

function publishMany(ms: number): void {
  owed += (load * ms) / 1000
  const at = { connection: 1, node: 'node-1', channel: 'chatroom' }
  const events: EventInput[] = []
  for (; owed >= 1; owed--) {
    const id = ++message
    events.push({
      type: 'command.sent',
      actor: 'ana',
      connection: 1,
      node: 'node-1',
      command: `PUBLISH chatroom m${id}`,
    })
    events.push({ type: 'message.published', ...at, actor: 'ana', message: id, payload: `m${id}`, receivers: 3 })
    for (const actor of ['cem', 'dora', 'eve']) {
      const pattern = actor === 'eve' ? 'chat*' : ''
      events.push({ type: 'message.delivered', ...at, actor, pattern, message: id, latencyUs: 900 })
    }
  }
  if (events.length > 0) bridge.emit(...events)
}

let before = performance.now()
setInterval(() => {
  const now = performance.now()
  bridge.advance(now - before)
  publishMany(now - before)
  before = now
}, 16)

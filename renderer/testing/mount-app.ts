/** Mounts a component with everything the window has around it, over a fixture bridge. For tests only. */
import { mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import type { Component } from 'vue'
import type { Settings } from '../../shared/contract'
import { provideBridge } from '../bridge/bridge'
import { createFixtureBridge, type FixtureBridge } from '../bridge/fixture-bridge'
import { i18n } from '../i18n'
import { useRun } from '../stores/run'
import { useSettings } from '../stores/settings'
import { attachTrace, createTraceFeed, provideTrace, type TraceFeed } from '../trace/trace-feed'

export interface Mounted {
  readonly wrapper: VueWrapper
  readonly bridge: FixtureBridge
  readonly feed: TraceFeed
}

/** Lets answered calls and the rendering that follows them happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 0))
}

export async function mountInApp(
  component: Component,
  options: { props?: Record<string, unknown>; settings?: Partial<Settings>; startAtMs?: number } = {},
): Promise<Mounted> {
  const bridge = createFixtureBridge(options.settings)
  const feed = createTraceFeed()
  const pinia = createPinia()
  const wrapper = mount(component, {
    attachTo: document.body,
    props: options.props ?? {},
    global: {
      plugins: [
        (app) => {
          provideBridge(app, bridge)
          provideTrace(app, feed)
          attachTrace(feed, bridge)
        },
        pinia,
        i18n,
      ],
    },
  })
  setActivePinia(pinia)
  await useSettings().read()
  const run = useRun()
  await run.attach()
  if (options.startAtMs !== undefined) {
    await run.start({ kind: 'builtin', id: 'chat-room' })
    bridge.advance(options.startAtMs)
    feed.tick.value++
  }
  await settle()
  return { wrapper, bridge, feed }
}

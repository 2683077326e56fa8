import { afterEach, describe, expect, it } from 'vitest'
import { useRun } from '../../../stores/run'
import { mountInApp, settle, type Mounted } from '../../../testing/mount-app'
import TransportBar from './TransportBar.vue'

let mounted: Mounted
const open = async (startAtMs: number) => {
  mounted = await mountInApp(TransportBar, { startAtMs })
  return mounted.wrapper
}
const byLabel = (label: string) => mounted.wrapper.find(`[aria-label="${label}"]`)

afterEach(() => mounted.wrapper.unmount())

describe('TransportBar', () => {
  it('pauses: the clock stands at the engine’s time', async () => {
    await open(2500)
    await byLabel('Pause').trigger('click')
    await settle()
    expect(mounted.wrapper.text()).toContain('Paused')
    const before = useRun().clockUs()
    mounted.bridge.advance(5000)
    await settle()
    expect(useRun().clockUs()).toBe(before)
    expect(before).toBe(2_500_000)
  })

  it('steps to the next event and stands still again', async () => {
    await open(500)
    await byLabel('Step to the next event').trigger('click')
    await settle()
    expect(mounted.wrapper.text()).toContain('Paused')
    expect(useRun().clockUs()).toBe(700_000)
  })

  it('changes speed', async () => {
    const wrapper = await open(500)
    await wrapper
      .findAll('[role="radio"]')
      .find((radio) => radio.text() === '0.1×')!
      .trigger('click')
    await settle()
    expect(useRun().state.speed).toBe(0.1)
  })

  it('restarts with the same seed and says that the hash is the same', async () => {
    const wrapper = await open(31_000)
    expect(wrapper.text()).not.toContain('same as last run')
    await byLabel('Restart with the same seed').trigger('click')
    await settle()
    mounted.bridge.advance(31_000)
    await settle()
    expect(wrapper.text()).toContain('same as last run')
  })

  it('restarts with the seed that is typed, and refuses what is none', async () => {
    const wrapper = await open(500)
    const input = wrapper.find('input')
    await input.setValue('42')
    await wrapper.find('form').trigger('submit')
    await settle()
    expect(mounted.bridge.called.at(-1)).toEqual({ name: 'run.restart', params: { seed: 42 } })
    await input.setValue('99999999999')
    await wrapper.find('form').trigger('submit')
    await settle()
    expect((input.element as HTMLInputElement).value).toBe('42')
  })

  it('promises no reproduction once a guest took part', async () => {
    const wrapper = await open(500)
    await mounted.bridge.call('guest.open', { port: 0 })
    await settle()
    expect(wrapper.text()).toContain('Live, guest')
  })
})

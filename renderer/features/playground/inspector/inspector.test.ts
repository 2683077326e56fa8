import { afterEach, describe, expect, it } from 'vitest'
import type { VueWrapper } from '@vue/test-utils'
import { useSelection } from '../../../stores/selection'
import { useUndo } from '../../../stores/undo'
import { mountInApp, settle, type Mounted } from '../../../testing/mount-app'
import InspectorPanel from './InspectorPanel.vue'

let mounted: Mounted
const open = async (startAtMs: number) => {
  mounted = await mountInApp(InspectorPanel, { startAtMs })
  return mounted.wrapper
}
const button = (wrapper: VueWrapper, text: string) =>
  wrapper.findAll('button').find((candidate) => candidate.text().includes(text))!

afterEach(() => mounted.wrapper.unmount())

describe('InspectorPanel', () => {
  it('shows the delivery ledger while nothing is selected', async () => {
    const wrapper = await open(8000)
    const { total } = mounted.feed.model.value.ledger
    const text = wrapper.text()
    expect(text).toContain('Delivery ledger')
    for (const count of [total.sent, total.delivered, total.lost]) expect(text).toContain(String(count))
    expect(total.lost).toBeGreaterThan(0)
  })

  it('shows an actor who is away, why, and the way back', async () => {
    const wrapper = await open(8000)
    useSelection().select({ kind: 'actor', name: 'dora' })
    await settle()
    expect(wrapper.text()).toContain('closed since 00:06.000')
    expect(wrapper.text()).toContain('disconnected by the scenario')
    expect(wrapper.text()).toContain('SUBSCRIBE chatroom')
    await button(wrapper, 'Connect').trigger('click')
    await settle()
    expect(mounted.bridge.called.at(-1)).toEqual({ name: 'actor.connect', params: { actor: 'dora' } })
  })

  it('shows a lost message from its command to who missed it and why', async () => {
    const wrapper = await open(8000)
    const log = mounted.feed.log.value
    let seq = 0
    log.walk(1, log.lastSeq, (_segment, _index, at) => {
      if (log.typeAt(at) === 'message.lost') seq = at
      return seq === 0
    })
    useSelection().select({ kind: 'event', seq })
    await settle()
    const text = wrapper.text()
    expect(text).toContain('PUBLISH chatroom')
    expect(text).toContain('dora had no connection when it was published')
    expect(text).toContain('cem')
    expect(text).toContain('Why it happened')
  })

  it('publishes by hand, shows the command first, and says how many received it', async () => {
    const wrapper = await open(1000)
    useSelection().select({ kind: 'actor', name: 'ana' })
    await settle()
    await wrapper.find('textarea').setValue('hello "you"')
    expect(wrapper.text()).toContain('PUBLISH chatroom "hello \\"you\\""')
    await wrapper.find('form.publish-form').trigger('submit')
    await settle()
    expect(mounted.bridge.called.at(-1)).toEqual({
      name: 'pubsub.publish',
      params: { actor: 'ana', channel: 'chatroom', message: 'hello "you"' },
    })
    expect(wrapper.text()).toContain('1 receiver')
    expect((wrapper.find('textarea').element as HTMLTextAreaElement).value).toBe('')
  })

  it('shows a refused call where it was made, in words and with a hint', async () => {
    const wrapper = await open(1000)
    useSelection().select({ kind: 'actor', name: 'ana' })
    await settle()
    mounted.bridge.fail('actor.disconnect', {
      code: 'run.over',
      message: 'This run has ended.',
      hint: 'Restart it to go on.',
      values: {},
    })
    await button(wrapper, 'Disconnect').trigger('click')
    await settle()
    expect(wrapper.find('[role="alert"]').text()).toContain('This run has ended. Restart it to go on.')
  })

  it('removes an actor, and its undo adds it again with what it listened to', async () => {
    const wrapper = await open(1000)
    useSelection().select({ kind: 'actor', name: 'eve' })
    await settle()
    await button(wrapper, 'Remove').trigger('click')
    await settle()
    await useUndo().undo()
    expect(mounted.bridge.called.at(-1)).toEqual({
      name: 'actor.add',
      params: { role: 'subscriber', name: 'eve', channels: [], patterns: ['chat*'], rate: 0, message: '' },
    })
  })

  it('never takes a message for markup', async () => {
    const wrapper = await open(1000)
    mounted.bridge.emit({
      type: 'message.published',
      actor: 'ana',
      connection: 1,
      node: 'node-1',
      channel: 'chatroom',
      message: 77,
      payload: '<img src=x onerror=alert(1)>',
      receivers: 0,
    })
    useSelection().select({ kind: 'event', seq: mounted.feed.log.value.lastSeq })
    await settle()
    expect(wrapper.find('img').exists()).toBe(false)
    expect(wrapper.find('pre').text()).toBe('<img src=x onerror=alert(1)>')
  })
})

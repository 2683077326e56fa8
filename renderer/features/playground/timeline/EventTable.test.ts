import { afterEach, describe, expect, it } from 'vitest'
import { useSelection } from '../../../stores/selection'
import { mountInApp, settle, type Mounted } from '../../../testing/mount-app'
import { useEvents } from './events-store'
import EventTable from './EventTable.vue'

let mounted: Mounted
afterEach(() => mounted.wrapper.unmount())

const open = async () => {
  mounted = await mountInApp(EventTable, { startAtMs: 8000 })
  await settle()
  return mounted.wrapper
}

describe('EventTable', () => {
  it('is a grid that tells how many rows it has, and draws only those in sight', async () => {
    const wrapper = await open()
    const grid = wrapper.find('[role="grid"]')
    expect(Number(grid.attributes('aria-rowcount'))).toBe(mounted.feed.log.value.size + 1)
    expect(wrapper.findAll('[role="row"]').length).toBeLessThan(60)
    expect(wrapper.find('[role="row"][aria-rowindex="2"]').text()).toContain('run started')
  })

  it('filters by words and says so when nothing fits', async () => {
    const wrapper = await open()
    useEvents().change({ text: 'lost dora' })
    await settle()
    const { lost } = mounted.feed.model.value.ledger.actors.get('dora')!
    expect(Number(wrapper.find('[role="grid"]').attributes('aria-rowcount'))).toBe(lost + 1)
    useEvents().change({ text: 'there is no such text' })
    await settle()
    expect(wrapper.text()).toContain('No event matches.')
    useEvents().clear()
    await settle()
    expect(Number(wrapper.find('[role="grid"]').attributes('aria-rowcount'))).toBeGreaterThan(lost + 1)
  })

  it('moves the selection with the arrow keys', async () => {
    const wrapper = await open()
    const grid = wrapper.find('[role="grid"]')
    await grid.trigger('keydown', { key: 'Home' })
    expect(useSelection().current).toEqual({ kind: 'event', seq: 1 })
    await grid.trigger('keydown', { key: 'ArrowDown' })
    await settle()
    expect(useSelection().current).toEqual({ kind: 'event', seq: 2 })
    expect(wrapper.find('[aria-selected="true"]').attributes('id')).toBe('event-2')
    expect(grid.attributes('aria-activedescendant')).toBe('event-2')
  })

  it('follows the newest events until it is left', async () => {
    const wrapper = await open()
    expect(wrapper.text()).not.toContain('Newest')
    await wrapper.find('[role="grid"]').trigger('wheel', { deltaY: -50 })
    await settle()
    expect(wrapper.text()).toContain('Newest')
  })
})

import { afterEach, describe, expect, it } from 'vitest'
import { settle } from '../../testing/mount-app'
import JobStrip from './JobStrip.vue'
import { mountInCluster, type MountedInCluster } from './mount-in-cluster'
import MoveSlotsForm from './MoveSlotsForm.vue'
import NodeFacts from './NodeFacts.vue'
import { clusterView } from './testing'

let mounted: MountedInCluster
afterEach(() => mounted.wrapper.unmount())

describe('the operator in the window', () => {
  it('is asked by a node’s buttons, which say why they cannot be used', async () => {
    mounted = await mountInCluster(NodeFacts, clusterView(), { name: 'node-4' })
    mounted.button('Failover here').click()
    await settle()
    expect(mounted.calls('topology.change')).toEqual([
      { change: { kind: 'failover', replica: 'node-4', how: 'default' } },
    ])
    await mounted.become(clusterView({ 'node-1': { state: 'down' } }))
    expect(mounted.button('Failover here').disabled).toBe(true)
    expect(mounted.button('Failover here').title).toContain('takes force')
    expect(mounted.button('Failover by force').disabled).toBe(false)
  })

  it('shows how far it is, what waits, and that time stands still', async () => {
    mounted = await mountInCluster(JobStrip, clusterView())
    expect(mounted.wrapper.text()).toBe('')
    const move = { kind: 'move-slots' as const, slots: [[0, 99] as [number, number]], to: 'node-2' }
    const jobs = [
      { change: move, done: 34, of: 100 },
      { change: { kind: 'rebalance' as const }, done: 0, of: 0 },
    ]
    await mounted.become({ ...clusterView(), jobs })
    expect(mounted.wrapper.find('[role="status"]').text()).toMatch(
      /Moving slots 0-99 to node-2.*34 of 100 slots.*1 job waits/s,
    )
    expect(mounted.wrapper.find('progress').element.value).toBe(34)
  })

  it('says why a job could not be done, until that was read', async () => {
    const jobFailure = { change: { kind: 'rebalance' as const }, problem: 'ERR Please specify a different port' }
    mounted = await mountInCluster(JobStrip, { ...clusterView(), jobFailure })
    expect(mounted.wrapper.find('[role="alert"]').text()).toContain('Not done: Dealing the slots out evenly.')
    expect(mounted.wrapper.find('[role="alert"]').text()).toContain('ERR Please specify a different port')
    mounted.button('Dismiss').click()
    await settle()
    expect(mounted.wrapper.find('[role="alert"]').exists()).toBe(false)
  })

  it('moves the slots of a form once they make a range', async () => {
    const view = clusterView({ 'node-3': { slots: [] } })
    mounted = await mountInCluster(MoveSlotsForm, view, { view, wanted: '' })
    const [first, last] = mounted.wrapper.findAll('input')
    await last!.setValue(12)
    expect(mounted.button('Move them').disabled).toBe(true)
    await first!.setValue(10)
    expect(mounted.wrapper.text()).toContain('3 slots')
    await mounted.wrapper.find('form').trigger('submit')
    await settle()
    expect(mounted.calls('topology.change')).toEqual([
      { change: { kind: 'move-slots', slots: [[10, 12]], to: 'node-3' } },
    ])
  })
})

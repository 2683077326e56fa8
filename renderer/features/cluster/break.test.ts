import { afterEach, describe, expect, it } from 'vitest'
import { settle } from '../../testing/mount-app'
import DeploymentChip from '../../shell/DeploymentChip.vue'
import { useBreak } from './break-store'
import BreakTray from './BreakTray.vue'
import { mountInCluster, type MountedInCluster } from './mount-in-cluster'
import { clusterView } from './testing'

let mounted: MountedInCluster
afterEach(() => mounted.wrapper.unmount())

const flight = { kind: 'flight' as const, from: 'node-1', to: 'node-4', what: 'hold' as const }
const active = { id: 3, fault: flight, sinceUs: 0, endsUs: null }

describe('the Break tray', () => {
  it('holds the next message between two machines', async () => {
    mounted = await mountInCluster(BreakTray, clusterView())
    mounted.button(/^Message/).click()
    await settle()
    await mounted.wrapper.find('[aria-label="What is done to it"]').setValue('hold')
    const breaking = useBreak()
    await breaking.aimAt('node-1')
    await breaking.aimAt('node-4')
    expect(mounted.calls('fault.apply')).toEqual([{ fault: flight }])
  })

  it('calls a trick off while it waits, and releases a message once it is held', async () => {
    mounted = await mountInCluster(BreakTray, { ...clusterView(), faults: [active] })
    expect(mounted.wrapper.find('[aria-label="Active faults"]').text()).toContain('Hold it: the next node-1 → node-4')
    expect(mounted.button(/^Call off: /)).toBeDefined()
    mounted.bridge.emit({ type: 'link.tricked', fault: 3, from: 'node-1', to: 'node-4', what: 'hold' })
    await settle()
    expect(mounted.wrapper.find('[aria-label="Active faults"]').text()).toContain('node-1 → node-4, held')
    mounted.button(/^Release: /).click()
    await settle()
    expect(mounted.calls('fault.heal')).toEqual([{ id: 3 }])
  })

  it('says why a tool cannot be used', async () => {
    mounted = await mountInCluster(BreakTray, clusterView())
    const restart = mounted.wrapper.find('[data-tool="restart"]')
    expect(restart.attributes('aria-disabled')).toBe('true')
    expect(restart.attributes('title')).toBe('Every node runs. Kill, stop or pause one first.')
    await restart.trigger('click')
    expect(useBreak().tool).toBe(null)
  })
})

describe('the chip of the deployment', () => {
  it('counts who is up in the role that it has now, and forgets who was removed', async () => {
    mounted = await mountInCluster(DeploymentChip, clusterView())
    const text = () => mounted.wrapper.text()
    expect(text()).toContain('3 primaries, 3 replicas')
    const { bridge } = mounted
    bridge.emit(
      { type: 'node.killed', node: 'node-2', why: 'killed' },
      { type: 'node.promoted', node: 'node-5', epoch: 4, inPlaceOf: 'node-2' },
    )
    await settle()
    expect(text()).toContain('3 primaries, 2 replicas')
    expect(text()).toContain('5 of 6 up')
    bridge.emit({ type: 'node.killed', node: 'node-6', why: 'removed' })
    await settle()
    expect(text()).toContain('3 primaries, 1 replica')
    expect(text()).toContain('4 of 5 up')
  })
})

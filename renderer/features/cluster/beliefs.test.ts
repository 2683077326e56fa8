import { describe, expect, it } from 'vitest'
import { formatCount } from '../../composables/format'
import { beliefRows, clientBeliefs } from './beliefs'
import BeliefsTable from './BeliefsTable.vue'
import { mountInCluster } from './mount-in-cluster'
import { belief, believing, clusterView } from './testing'

describe('beliefRows', () => {
  it('lays side by side what each node that runs holds of every node, and marks who differs', () => {
    const slots: [number, number][] = [[5461, 10_922]]
    let view = clusterView({ 'node-6': { state: 'down' } })
    for (const name of ['node-1', 'node-3', 'node-4', 'node-5']) {
      view = believing(view, name, [belief('node-2', { flags: ['master', 'fail'], slots, configEpoch: 2 })])
    }
    view = believing(view, 'node-2', [belief('node-2', { flags: ['myself', 'master'], slots, configEpoch: 2 })])
    const { speakers, rows } = beliefRows(view)
    expect(speakers).toEqual(['node-1', 'node-2', 'node-3', 'node-4', 'node-5'])
    expect(rows).toHaveLength(6)
    const { cells } = rows.find(({ about }) => about === 'node-2')!
    expect(cells.map(({ role, state }) => [role, state].filter(Boolean).join(', '))).toEqual([
      'primary, FAIL',
      'primary',
      'primary, FAIL',
      'primary, FAIL',
      'primary, FAIL',
    ])
    expect(cells.filter(({ isOdd }) => isOdd).map(({ node }) => node)).toEqual(['node-2'])
    expect(cells[0]).toMatchObject({ slots: '5461-10922', epoch: 2, tone: 'break' })
  })
})

describe('clientBeliefs', () => {
  it('holds each client’s map of the slots against the owners, and counts where it is wrong', () => {
    const view = clusterView({ 'node-1': { slots: [[100, 5460]] }, 'node-2': { slots: [[5461, 10_922]] } })
    const ranges = [
      { first: 0, last: 5460, node: 'node-1' },
      { first: 5461, last: 16_383, node: 'node-2' },
    ]
    expect(clientBeliefs({ ...view, slotMaps: [{ actor: 'shop', ranges }] })).toEqual([
      {
        actor: 'shop',
        wrong: 100 + 5461,
        parts: [
          { first: 0, last: 99, believed: 'node-1', owner: '' },
          { first: 100, last: 5460, believed: 'node-1', owner: 'node-1' },
          { first: 5461, last: 10_922, believed: 'node-2', owner: 'node-2' },
          { first: 10_923, last: 16_383, believed: 'node-2', owner: 'node-3' },
        ],
      },
    ])
  })

  it('knows a client that was told nothing yet', () => {
    const [shop] = clientBeliefs({ ...clusterView(), slotMaps: [{ actor: 'shop', ranges: [] }] })
    expect(shop!.parts.every(({ believed }) => believed === '')).toBe(true)
  })
})

describe('the table of beliefs', () => {
  it('asks for the clients’ maps, and marks where they are wrong', async () => {
    const ranges = [{ first: 0, last: 16_383, node: 'node-1' }]
    const mounted = await mountInCluster(BeliefsTable, { ...clusterView(), slotMaps: [{ actor: 'shop', ranges }] })
    expect(mounted.calls('deployment.view')).toContainEqual({ slotMaps: true })
    expect(mounted.wrapper.findAll('.part.odd').map((part) => part.text())).toEqual([
      '5461-10922 node-1, is node-2’s',
      '10923-16383 node-1, is node-3’s',
    ])
    expect(mounted.wrapper.text()).toContain(`${formatCount(10_923)} slots wrong`)
    mounted.wrapper.unmount()
  })
})

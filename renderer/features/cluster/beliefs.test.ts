import { describe, expect, it } from 'vitest'
import { beliefRows } from './beliefs'
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

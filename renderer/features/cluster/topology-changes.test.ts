import { describe, expect, it } from 'vitest'
import type { DeploymentView } from '../../../shared/deployment-view'
import { clusterView } from './testing'
import {
  additions,
  againstMoving,
  againstRange,
  changeText,
  generalActions,
  nodeActions,
  usualMove,
} from './topology-changes'

/** A primary, a replica and a Sentinel. */
function replicated(): DeploymentView {
  const [first, , , second, , third] = clusterView().nodes
  const nodes = [
    { ...first!, cluster: null },
    { ...second!, cluster: null },
    { ...third!, name: 'sentinel-1', role: 'sentinel' as const, primary: null, cluster: null },
  ]
  return { ...clusterView(), topology: 'replicated', nodes }
}

const reasons = (view: DeploymentView, name: string) =>
  Object.fromEntries(
    nodeActions(
      view,
      view.nodes.find((node) => node.name === name)!,
    ).map((action) => [action.name, action.reason]),
  )

describe('a cluster', () => {
  it('takes a primary more, or a replica of any shard whose primary is there', () => {
    const view = clusterView({ 'node-2': { state: 'down' } })
    expect(additions(view).map(({ name, node, reason }) => [name, node, reason])).toEqual([
      ['addPrimary', '', ''],
      ['addReplica', 'node-1', ''],
      ['addReplica', 'node-2', 'down'],
      ['addReplica', 'node-3', ''],
    ])
  })

  it('hands over to a replica in good order only while its primary answers', () => {
    expect(reasons(clusterView(), 'node-4')).toMatchObject({ failover_default: '', failover_force: '' })
    const broken = clusterView({ 'node-1': { state: 'down' } })
    expect(reasons(broken, 'node-4')).toMatchObject({ failover_default: 'primaryDown', failover_takeover: '' })
    expect(reasons(clusterView(), 'node-1')).toMatchObject({ failover_default: 'notReplica', addReplicaHere: '' })
  })

  it('lets go of a primary only where somebody takes its slots', () => {
    expect(reasons(clusterView(), 'node-1').remove).toBe('')
    expect(reasons(clusterView({ 'node-1': { state: 'down' } }), 'node-1').remove).toBe('ownsAndDown')
    const alone = clusterView({ 'node-2': { state: 'down' }, 'node-3': { state: 'down' } })
    expect(reasons(alone, 'node-1').remove).toBe('lastPrimary')
    expect(reasons(alone, 'node-4').remove).toBe('')
    expect(againstMoving(alone)).toBe('onePrimary')
  })

  it('has nothing to deal out while its shares are even', () => {
    expect(generalActions(clusterView())[0]).toMatchObject({ name: 'rebalance', reason: 'even' })
    const uneven = clusterView({ 'node-1': { slots: [[0, 100]] } })
    expect(generalActions(uneven)[0]).toMatchObject({ name: 'rebalance', reason: '' })
  })

  it('is proposed a move from whoever has the most to whoever has the fewest', () => {
    const view = clusterView({ 'node-3': { slots: [] } })
    expect(usualMove(view)).toEqual({ first: 5461, last: 5560, to: 'node-3' })
    expect(usualMove(view, 'node-2')).toEqual({ first: 0, last: 99, to: 'node-2' })
  })

  it('knows what a range of slots is', () => {
    expect([againstRange(0, 16_383), againstRange(3, 2), againstRange(0, 16_384), againstRange(Number.NaN, 4)]).toEqual(
      ['', 'order', 'range', 'range'],
    )
  })
})

describe('a primary with replicas', () => {
  it('takes another replica, or a Sentinel', () => {
    expect(additions(replicated()).map(({ change }) => changeText(change))).toEqual([
      'add-node: { replica-of: node-1 }',
      'add-sentinel: {}',
    ])
  })

  it('keeps its primary until another one leads', () => {
    expect(reasons(replicated(), 'node-1').remove).toBe('leads')
    expect(reasons(replicated(), 'node-4')).toEqual({ failover_default: '', addReplicaHere: 'notPrimary', remove: '' })
    expect(reasons(replicated(), 'sentinel-1')).toEqual({ remove: '' })
  })
})

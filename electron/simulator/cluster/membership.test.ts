import { describe, expect, it } from 'vitest'
import { TestCluster } from '../testing/test-cluster'

describe('six nodes made a cluster', () => {
  it('come to one view in which all slots are served', () => {
    const cluster = new TestCluster().create()
    for (const node of cluster.nodes) {
      const info = cluster.ask(node, 'CLUSTER', 'INFO')
      expect(info).toContain('cluster_state:ok\r\ncluster_slots_assigned:16384\r\ncluster_slots_ok:16384\r\n')
      expect(info).toContain('cluster_known_nodes:6\r\ncluster_size:3\r\n')
    }
  })

  it('are the same in each run of a seed', () => {
    const run = (seed: number) => {
      const cluster = new TestCluster({ seed }).create()
      cluster.advance(5000)
      return [cluster.ask(cluster.nodes[0]!, 'CLUSTER', 'NODES'), cluster.events]
    }
    expect(run(7)).toEqual(run(7))
    expect(run(7)).not.toEqual(run(8))
  })
})

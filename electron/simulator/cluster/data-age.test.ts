import { describe, expect, it } from 'vitest'
import { TestCluster } from '../testing/test-cluster'

const TIMEOUT_MS = 2000
const FACTOR = 3
const PING_MS = 1000
/** What Redis's documentation gives for these, and the time-out itself, in which nobody knows of the failure. */
const AGE_MAX_MS = TIMEOUT_MS * FACTOR + PING_MS + TIMEOUT_MS

const config = {
  'cluster-node-timeout': String(TIMEOUT_MS),
  'cluster-replica-validity-factor': String(FACTOR),
  'repl-ping-replica-period': String(PING_MS / 1000),
}

/**
 * A replica is parted from its primary alone, which goes on for so long and is killed then. Gives what the replica did
 * when the others had agreed on the failure, and how long it had heard nothing by then, in Redis's whole seconds.
 */
function failAfter(partedMs: number, overrides: Readonly<Record<string, string>> = {}, isLinkDown = false) {
  const cluster = new TestCluster({ config: { ...config, ...overrides } }).create()
  const [primary, , , replica] = cluster.nodes
  cluster.advance(3000)
  cluster.part([primary!], [replica!])
  // The link that is known to be down counts from when it broke, one that seems up from when something came last.
  if (isLinkDown) {
    cluster.advance(2500)
    cluster.ask(replica!, 'CLIENT', 'KILL', 'TYPE', 'master')
  }
  const { replication } = replica!.node
  const heardMs = isLinkDown ? replica!.node.nowSeconds * 1000 : replication.lastIoMs
  cluster.advance(partedMs)
  expect(replication.link === 'up').toBe(!isLinkDown)
  cluster.events.length = 0
  primary!.kill()
  const decided = () => [...cluster.seen('election-scheduled'), ...cluster.seen('failover-prevented')]
  cluster.until('the replica has decided', () => decided().length > 0)
  const [first] = decided()
  const decidedS = Math.floor((first!.atMs - cluster.nowMs + replica!.node.nowMs) / 1000)
  cluster.advance(20_000)
  return {
    kind: first!.event.kind,
    ageMs: decidedS * 1000 - Math.floor(heardMs / 1000) * 1000,
    isPromoted: replica!.node.cluster!.myself.isPrimary,
  }
}

describe('a replica that has heard nothing of its primary', () => {
  it.each([
    ['over a link that seems up', false],
    ['since its link broke', true],
  ])('%s for too long does not stand for election', (_, isLinkDown) => {
    const ages = { stood: [] as number[], held: [] as number[] }
    for (let partedMs = 3500; partedMs <= 9500; partedMs += 500) {
      const { kind, ageMs, isPromoted } = failAfter(partedMs, {}, isLinkDown)
      const isStanding = kind === 'election-scheduled'
      // Who stands with data that is nearly too old, has data too old before it may ask for votes.
      const isBorder = isStanding && ageMs + 2000 > AGE_MAX_MS
      if (!isBorder) expect(isPromoted, `parted for ${partedMs} ms`).toBe(isStanding)
      ages[isStanding ? 'stood' : 'held'].push(ageMs)
    }
    // The border itself is met from both sides, so that no other length of time would do.
    expect(Math.max(...ages.stood)).toBe(AGE_MAX_MS)
    expect(Math.min(...ages.held)).toBe(AGE_MAX_MS + 1000)
  })

  it('for however long stands where the factor is 0', () => {
    const { kind, isPromoted } = failAfter(30_000, { 'cluster-replica-validity-factor': '0' })
    expect([kind, isPromoted]).toEqual(['election-scheduled', true])
  })
})

import { describe, expect, it } from 'vitest'
import { sentinelOf, TestWatch } from '../testing/test-watch'

describe('Sentinels that are given a primary', () => {
  it('find its replicas by INFO and each other by hello messages', () => {
    const watch = new TestWatch()
    const ids = watch.sentinels.map((one) => sentinelOf(one).id)
    expect(new Set(ids).size).toBe(3)
    for (const [at, process] of watch.sentinels.entries()) {
      const primary = watch.seenBy(process)
      expect([...primary.replicas.keys()].sort()).toEqual(['127.0.0.1:7002', '127.0.0.1:7003'])
      expect([...primary.sentinels.keys()].sort()).toEqual(ids.filter((_, other) => other !== at).sort())
      expect(primary.isSubjectivelyDown).toBe(false)
    }
    expect(watch.events('+slave')).toHaveLength(6)
    expect(watch.events('+sentinel')).toHaveLength(6)
    // Nobody meets anybody within the time in which the first hello is sent.
    expect(Math.min(...watch.events('+sentinel').map(({ atMs }) => atMs))).toBeGreaterThan(2000)
  })

  it('name their connections, and keep two to each server', () => {
    const watch = new TestWatch({ replicas: 1, sentinels: 1 })
    const names = [...watch.primary.node.clients.values()]
      .map(({ name }) => name as string)
      .filter((name) => name !== '')
    const id = sentinelOf(watch.sentinels[0]!).id.slice(0, 8)
    expect(names.sort()).toEqual([`sentinel-${id}-cmd`, `sentinel-${id}-pubsub`])
  })

  it('log in where they are asked to', () => {
    const secret = { requirepass: 'secret', masterauth: 'secret' }
    const watch = new TestWatch({ configOf: () => secret, lines: ['auth-pass mymaster secret'] })
    for (const process of watch.sentinels) expect(watch.seenBy(process).replicas.size).toBe(2)
    watch.primary.kill()
    watch.untilSwitched()
  })

  it('find a primary down whose password they lack', () => {
    // It cannot hear of other Sentinels either.
    const watch = new TestWatch({ configOf: () => ({ requirepass: 'secret' }), replicas: 0, sentinels: 1, quorum: 1 })
    // NOAUTH is an answer, but not that of a server that works.
    expect(watch.events('+odown').length).toBeGreaterThan(0)
    expect(watch.events('-failover-abort-no-good-slave').length).toBeGreaterThan(0)
  })

  it('log in to each other with the password that they ask of their clients', () => {
    const watch = new TestWatch({ sentinelConfig: { requirepass: 'mutual' } })
    const [first] = watch.sentinels
    for (const other of watch.seenBy(first!).sentinels.values()) expect(other.isSubjectivelyDown).toBe(false)
    watch.primary.kill()
    watch.untilSwitched()
  })

  it('share their connections to another Sentinel among all primaries', () => {
    const watch = new TestWatch({ sentinels: 2 })
    const other = watch.deployment.add()
    for (const process of watch.sentinels) {
      watch.deployment.client(process).send('SENTINEL', 'MONITOR', 'second', other.host, String(other.port), '2')
    }
    watch.deployment.advance(5000)
    const { primaries } = sentinelOf(watch.sentinels[0]!)
    const [a, b] = [...primaries.values()].map(({ sentinels }) => [...sentinels.values()][0]!)
    expect(a!.link).toBe(b!.link)
    expect(a!.link.sharers).toBe(2)
    watch.deployment.client(watch.sentinels[0]!).send('SENTINEL', 'REMOVE', 'second')
    expect(a!.link.sharers).toBe(1)
    watch.deployment.advance(5000)
    expect(a!.isSubjectivelyDown).toBe(false)
  })

  it('know again, after a restart, what they knew', () => {
    const watch = new TestWatch()
    watch.primary.kill()
    watch.untilSwitched()
    watch.deployment.advance(5000)
    const [process] = watch.sentinels
    const told = () => {
      const { id, currentEpoch } = sentinelOf(process!)
      const { address, configEpoch, leaderEpoch, replicas, sentinels, downAfterMs, quorum } = watch.seenBy(process!)
      const known = [[...replicas.keys()].sort(), [...sentinels.keys()].sort()]
      return { id, currentEpoch, address, configEpoch, leaderEpoch, known, downAfterMs, quorum }
    }
    const before = told()
    expect(before).toMatchObject({ currentEpoch: 1, configEpoch: 1, leaderEpoch: 1 })
    process!.kill()
    process!.start()
    expect(told()).toEqual(before)
    watch.deployment.advance(3000)
    expect(watch.seenBy(process!).isSubjectivelyDown).toBe(false)
  })

  it('follow another Sentinel to its new address', () => {
    const watch = new TestWatch({ sentinels: 2 })
    const [first, second] = watch.sentinels
    watch.deployment.client(second!).send('SENTINEL', 'CONFIG', 'SET', 'announce-port', '26555')
    watch.deployment.advance(5000)
    const [seen] = watch.seenBy(first!).sentinels.values()
    expect(seen!.address.port).toBe(26_555)
    const [event] = watch.events('+sentinel-address-switch')
    expect(event!.text).toBe(`master mymaster 127.0.0.1 7001 ip 127.0.0.1 port 26555 for ${sentinelOf(second!).id}`)
  })
})

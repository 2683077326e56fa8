import { describe, expect, it } from 'vitest'
import { TestDeployment } from '../testing/test-deployment'
import { sentinelOf, TestWatch } from '../testing/test-watch'

/** The events of one failover, as the Sentinel tells them that leads it. */
const STEPS = [
  '+sdown',
  '+odown',
  '+new-epoch',
  '+try-failover',
  '+vote-for-leader',
  '+elected-leader',
  '+failover-state-select-slave',
  '+selected-slave',
  '+failover-state-send-slaveof-noone',
  '+failover-state-wait-promotion',
  '+promoted-slave',
  '+failover-state-reconf-slaves',
  '+slave-reconf-sent',
  '+slave-reconf-inprog',
  '+slave-reconf-done',
  '+failover-end',
  '+switch-master',
]

function leaderOf(watch: TestWatch, sinceMs: number): string {
  return watch.events('+elected-leader', sinceMs)[0]!.by
}

describe('a failover', () => {
  it('goes step by step when the primary is killed, and leaves a primary that all others follow', () => {
    const watch = new TestWatch()
    const killedMs = watch.nowMs
    watch.primary.kill()
    watch.untilSwitched()
    watch.deployment.advance(5000)
    const leader = leaderOf(watch, killedMs)
    const told = watch.deployment.sentinelEvents.filter(({ by, atMs }) => by === leader && atMs >= killedMs)
    expect(
      told
        .map(({ name }) => name)
        .filter((name) => STEPS.includes(name))
        .slice(0, STEPS.length),
    ).toEqual(STEPS)
    const [port] = watch.ports
    const promoted = watch.replicas.find((one) => one.port === port)!
    const other = watch.replicas.find((one) => one.port !== port)!
    expect(promoted.node.replication.role).toBe('primary')
    watch.untilFollows(other, port!)
    expect(watch.events('+switch-master', killedMs).map(({ text }) => text)).toEqual(
      Array<string>(3).fill(`mymaster 127.0.0.1 7001 127.0.0.1 ${port}`),
    )
    const answer = watch.deployment.client(watch.sentinels[0]!).send('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'mymaster')
    expect(answer).toMatchObject({ items: [{ bytes: '127.0.0.1' }, { bytes: String(port) }] })
  })

  it('makes the old primary a replica when it comes back', () => {
    const watch = new TestWatch()
    watch.primary.kill()
    watch.untilSwitched()
    watch.primary.start()
    expect(watch.primary.node.replication.role).toBe('primary')
    watch.untilFollows(watch.primary, watch.ports[0]!)
    expect(watch.events('+convert-to-slave').length).toBeGreaterThan(0)
    // CONFIG REWRITE came with it: it stays so.
    watch.primary.kill()
    watch.primary.start()
    expect(watch.primary.node.replication.primary?.port).toBe(watch.ports[0])
    // And it is looked at closely until it has said so.
    watch.deployment.advance(15_000)
    expect([...watch.seenBy(watch.sentinels[0]!).replicas.keys()].sort()).toContain('127.0.0.1:7001')
  })

  it('follows a primary that stands still, which then finds itself replaced', () => {
    const watch = new TestWatch()
    watch.primary.pause()
    watch.untilSwitched()
    watch.primary.resume()
    watch.untilFollows(watch.primary, watch.ports[0]!)
  })

  it('happens where most Sentinels are when the network is parted, and heals', () => {
    const watch = new TestWatch()
    const heal = watch.partOff('node-1', 'sentinel-1')
    const since = watch.nowMs
    watch.deployment.until('the majority has switched', () => watch.events('+switch-master', since).length === 2)
    watch.deployment.advance(20_000)
    expect(watch.ports[0]).toBe(7001)
    // It lost sight of the others, not of the primary.
    expect(
      watch.events('+sdown', since).filter(({ by, text }) => by === 'sentinel-1' && text.startsWith('master')),
    ).toEqual([])
    expect(watch.primary.node.replication.role).toBe('primary')
    heal()
    watch.untilSwitched()
    expect(watch.events('+config-update-from').some(({ by }) => by === 'sentinel-1')).toBe(true)
    watch.untilFollows(watch.primary, watch.ports[0]!)
  })

  it('does not happen where the quorum is not reached', () => {
    const watch = new TestWatch({ quorum: 3 })
    const since = watch.nowMs
    watch.sentinels[2]!.kill()
    watch.primary.kill()
    watch.deployment.advance(60_000)
    expect(watch.events('+sdown', since).filter(({ text }) => text.startsWith('master'))).toHaveLength(2)
    expect(watch.events('+odown', since)).toEqual([])
    expect(watch.ports).toEqual([7001, 7001])
  })

  it('does not happen without a majority, even where the quorum is reached', () => {
    const watch = new TestWatch({ quorum: 1, sentinels: 3 })
    const since = watch.nowMs
    watch.sentinels[1]!.kill()
    watch.sentinels[2]!.kill()
    watch.primary.kill()
    watch.deployment.advance(30_000)
    expect(watch.events('+odown', since)).toHaveLength(1)
    const [tried, ...more] = watch.events('+try-failover', since)
    const [given] = watch.events('-failover-abort-not-elected', since)
    // Up to a second of desynchronisation, and ten seconds to be elected.
    expect(given!.atMs - tried!.atMs).toBeGreaterThan(10_000)
    expect(given!.atMs - tried!.atMs).toBeLessThan(11_200)
    // The next attempt comes twice the failover timeout later.
    expect(more).toHaveLength(1)
    expect(more[0]!.atMs - tried!.atMs).toBeGreaterThan(20_000)
    expect(more[0]!.atMs - tried!.atMs).toBeLessThan(21_200)
    expect(watch.ports).toEqual([7001])
  })

  it('picks a replica by priority, then by how much data it has, and never one of priority 0', () => {
    const promotedOf = (configOf: (number: number) => Record<string, string>, cut?: string) => {
      const watch = new TestWatch({ replicas: 3, configOf })
      if (cut !== undefined) {
        watch.deployment.network.links.add({ isCut: true, on: (from, to) => from === 'node-1' && cut.includes(to) })
        for (let n = 0; n < 20; n++) watch.deployment.client(watch.primary).send('SET', `key-${n}`, 'x')
        watch.deployment.advance(2000)
      }
      watch.primary.kill()
      watch.untilSwitched()
      return watch.ports[0]
    }
    const priorities = [100, 0, 50, 20]
    expect(promotedOf((number) => ({ 'replica-priority': String(priorities[number - 1]) }))).toBe(7004)
    expect(promotedOf(() => ({}), 'node-2 node-4')).toBe(7003)
    expect(promotedOf((number) => ({ 'replica-priority': number === 3 ? '0' : '100' }), 'node-4')).toBe(7002)
  })

  it('ends without a replica that could be promoted', () => {
    const watch = new TestWatch({ configOf: (number) => (number === 1 ? {} : { 'replica-priority': '0' }) })
    const since = watch.nowMs
    watch.primary.kill()
    watch.deployment.advance(10_000)
    expect(watch.events('-failover-abort-no-good-slave', since).length).toBeGreaterThan(0)
    expect(watch.ports).toEqual([7001, 7001, 7001])
  })

  it('ends when the selected replica dies before it is promoted, and another one is taken later', () => {
    const watch = new TestWatch({ failoverTimeoutMs: 5000 })
    const since = watch.nowMs
    watch.primary.kill()
    watch.deployment.until('one is selected', () => watch.events('+selected-slave', since).length > 0)
    const port = Number(watch.events('+selected-slave', since)[0]!.text.split(' ')[3])
    watch.replicas.find((one) => one.port === port)!.kill()
    watch.deployment.until('given up', () => watch.events('-failover-abort-slave-timeout', since).length > 0)
    watch.untilSwitched()
    expect(watch.ports[0]).not.toBe(port)
  })

  it('sends replicas to the new primary a few at a time', () => {
    const busiest = (parallelSyncs: number) => {
      const watch = new TestWatch({ replicas: 5, lines: [`parallel-syncs mymaster ${parallelSyncs}`] })
      const since = watch.nowMs
      watch.primary.kill()
      watch.deployment.until('over', () => watch.events('+failover-end', since).length > 0)
      let [busy, most] = [0, 0]
      for (const { name } of watch.deployment.sentinelEvents.filter(({ atMs }) => atMs >= since)) {
        if (name === '+slave-reconf-sent') busy++
        if (name === '+slave-reconf-done') busy--
        most = Math.max(most, busy)
      }
      return most
    }
    expect([busiest(1), busiest(2), busiest(4)]).toEqual([1, 2, 4])
  })

  it('comes when somebody asks for it, without any agreement', () => {
    const watch = new TestWatch({ quorum: 3 })
    watch.sentinels[2]!.kill()
    const client = watch.deployment.client(watch.sentinels[0]!)
    expect(client.send('SENTINEL', 'FAILOVER', 'mymaster')).toEqual({ kind: 'simple', text: 'OK' })
    expect(client.send('SENTINEL', 'FAILOVER', 'mymaster')).toMatchObject({
      text: 'INPROG Failover already in progress',
    })
    watch.untilSwitched()
    watch.untilFollows(watch.primary, watch.ports[0]!)
  })

  it('breaks the connections of clients, so that they ask anew who the primary is', () => {
    const watch = new TestWatch()
    const [first] = watch.replicas
    const clients = watch.replicas.map((one) => watch.deployment.client(one))
    for (const client of clients) client.send('PING')
    const listener = watch.deployment.client(first!)
    listener.send('SUBSCRIBE', 'news')
    watch.primary.kill()
    watch.untilSwitched()
    watch.deployment.advance(3000)
    expect([...clients, listener].map(({ state }) => state)).toEqual(['ended', 'ended', 'ended'])
  })

  it('is done by another Sentinel when the leader crashes', () => {
    for (const failure of ['crash-after-election', 'crash-after-promotion']) {
      const watch = new TestWatch({ failoverTimeoutMs: 3000 })
      for (const one of watch.sentinels.slice(0, 1)) {
        watch.deployment.client(one).send('SENTINEL', 'SIMULATE-FAILURE', failure)
      }
      const client = watch.deployment.client(watch.sentinels[0]!)
      client.post('SENTINEL', 'FAILOVER', 'mymaster')
      watch.deployment.until('crashed', () => !watch.sentinels[0]!.isRunning)
      watch.primary.kill()
      watch.untilSwitched(120_000)
    }
  })
})

describe('replicas', () => {
  it('that follow somebody else are put right', () => {
    const watch = new TestWatch({ failoverTimeoutMs: 3000 })
    const stranger = watch.deployment.add()
    watch.deployment.client(watch.replicas[0]!).send('REPLICAOF', stranger.host, String(stranger.port))
    watch.untilFollows(watch.replicas[0]!, 7001)
    expect(watch.events('+fix-slave-config').length).toBeGreaterThan(0)
  })

  it('that call themselves primaries are put right', () => {
    const watch = new TestWatch()
    watch.deployment.client(watch.replicas[0]!).send('REPLICAOF', 'NO', 'ONE')
    watch.untilFollows(watch.replicas[0]!, 7001)
    expect(watch.events('+convert-to-slave').length).toBeGreaterThan(0)
  })
})

describe('a primary', () => {
  it('that calls itself a replica is failed over in the end', () => {
    const watch = new TestWatch()
    const since = watch.nowMs
    watch.deployment.client(watch.primary).send('REPLICAOF', '127.0.0.1', '7002')
    watch.untilSwitched()
    const [down] = watch.events('+sdown', since)
    // Its word counts after `down-after-milliseconds` and time for two INFOs more, from the first INFO that tells.
    expect(down!.atMs - since).toBeGreaterThan(22_000)
    expect(down!.atMs - since).toBeLessThan(32_500)
  })

  it('that was started again is noticed by its run ID', () => {
    const watch = new TestWatch({ downAfterMs: 30_000 })
    watch.primary.kill()
    watch.primary.start()
    watch.deployment.advance(12_000)
    expect(watch.events('+reboot').map(({ text }) => text)).toEqual(
      Array<string>(3).fill('master mymaster 127.0.0.1 7001'),
    )
    expect(watch.ports).toEqual([7001, 7001, 7001])
  })

  it('in a script that never ends is helped by SCRIPT KILL', () => {
    const watch = new TestWatch({ configOf: () => ({ 'busy-reply-threshold': '500' }), quorum: 3, sentinels: 2 })
    const client = watch.deployment.client(watch.primary)
    client.post('EVAL', 'while true do end', '0')
    watch.deployment.until('killed', () => client.replies.length > 0)
    expect(client.replies[0]).toMatchObject({ kind: 'error' })
    watch.deployment.until('up again', () => watch.events('-sdown').length > 0)
  })
})

describe('Sentinels', () => {
  it('vote once in an epoch: whatever happens, there is one leader in each', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const watch = new TestWatch({ seed, sentinels: 5, quorum: 3, failoverTimeoutMs: 3000 })
      const { random } = watch.primary.node
      const since = watch.nowMs
      watch.primary.kill()
      // Chance parts the network while they elect.
      const parted = watch.sentinels.filter(() => random.integer(0, 2) === 0).map(({ name }) => name)
      watch.deployment.advance(random.integer(1900, 2600))
      const heal = watch.partOff(...parted)
      watch.deployment.advance(random.integer(100, 8000))
      heal()
      watch.untilSwitched(120_000)
      const leaders = new Map<number, Set<string>>()
      const epochs = new Map<string, number>()
      for (const { name, by, text } of watch.deployment.sentinelEvents.filter(({ atMs }) => atMs >= since)) {
        if (name === '+new-epoch') epochs.set(by, Number(text))
        if (name !== '+elected-leader') continue
        const epoch = epochs.get(by)!
        leaders.set(epoch, (leaders.get(epoch) ?? new Set()).add(by))
      }
      expect(leaders.size).toBeGreaterThan(0)
      for (const [epoch, who] of leaders) expect([seed, epoch, who.size]).toEqual([seed, epoch, 1])
    }
  })

  it('keep their votes over a restart', () => {
    const watch = new TestWatch({ sentinels: 1 })
    const [process] = watch.sentinels
    const ask = (epoch: string, id: string) =>
      watch.deployment.client(process!).send('SENTINEL', 'IS-MASTER-DOWN-BY-ADDR', '127.0.0.1', '7001', epoch, id)
    expect(ask('7', 'a'.repeat(40))).toMatchObject({ items: [{ value: 0 }, { bytes: 'a'.repeat(40) }, { value: 7 }] })
    process!.kill()
    process!.start()
    // Whom it voted for is forgotten, but not that it has voted.
    expect(ask('7', 'b'.repeat(40))).toMatchObject({ items: [{ value: 0 }, { bytes: '*' }, { value: 7 }] })
    expect(sentinelOf(process!).currentEpoch).toBe(7)
  })

  it('look on and do nothing after their clock has jumped', () => {
    const watch = new TestWatch()
    const [first] = watch.sentinels
    first!.clock.jump(3_000_000)
    const since = watch.nowMs
    watch.primary.kill()
    watch.untilSwitched()
    expect(watch.events('+tilt', since).map(({ by }) => by)).toEqual(['sentinel-1'])
    expect(watch.events('+sdown', since).some(({ by }) => by === 'sentinel-1')).toBe(false)
    watch.deployment.until('over', () => watch.events('-tilt', since).length > 0)
    expect(watch.nowMs - since).toBeGreaterThan(29_900)
  })

  it('enter TILT mode after a pause', () => {
    const watch = new TestWatch({ sentinels: 1 })
    watch.sentinels[0]!.pause()
    watch.deployment.advance(5000)
    watch.sentinels[0]!.resume()
    watch.deployment.advance(200)
    expect(watch.events('+tilt').map(({ text }) => text)).toEqual(['#tilt mode entered'])
  })

  it('tell their listeners everything, in the same words', () => {
    const watch = new TestWatch({ sentinels: 1, quorum: 1 })
    const listener = watch.deployment.client(watch.sentinels[0]!)
    listener.send('PSUBSCRIBE', '*')
    const since = watch.nowMs
    watch.primary.kill()
    watch.untilSwitched()
    watch.deployment.advance(3000)
    const heard = listener.replies.slice(1).map((reply) => {
      const [, , name, text] = (reply as { items: readonly { bytes: string }[] }).items
      return `${name!.bytes} ${text!.bytes}`
    })
    const told = watch.deployment.sentinelEvents.filter(({ atMs }) => atMs >= since)
    expect(heard).toEqual(told.map(({ name, text }) => `${name} ${text}`))
  })
})

describe('the time of a failover', () => {
  /**
   * From the kill to the switch at the leader. At most: a PING was answered a moment ago, so the next one is sent up to a
   * second and a round (100 ms) later; it is the first without an answer, and `down-after-milliseconds` count from it;
   * then a round notices (SDOWN). The others say so within a second and a round or two (ODOWN), and the election, the
   * choice and the promotion take a round or two each; the promoted replica's INFO is asked for once a second.
   */
  it('is explained by the rules, whatever the seed', () => {
    const times: number[] = []
    for (let seed = 1; seed <= 25; seed++) {
      const watch = new TestWatch({ seed, downAfterMs: 2000 })
      const killedMs = watch.nowMs
      watch.primary.kill()
      watch.untilSwitched()
      const first = watch.events('+sdown', killedMs)[0]!.atMs - killedMs
      // The connection broke at once: time counts from its last PONG, which is a second and a round old at most.
      expect(first).toBeGreaterThan(2000 - 1200)
      expect(first).toBeLessThan(2000 + 1200)
      const attempts = watch.events('+try-failover', killedMs).length
      const took = watch.events('+promoted-slave', killedMs)[0]!.atMs - killedMs
      if (attempts === 1) expect(took).toBeLessThan(2000 + 1200 + 1300 + 300 + 1400)
      times.push(took)
    }
    expect(Math.min(...times)).toBeGreaterThan(2000)
    // With everybody at work a second attempt is the exception: it comes twice the failover timeout later.
    expect(times.filter((took) => took > 10_000).length).toBeLessThan(5)
  })
})

describe('the same seed', () => {
  it('gives the same events, and another seed others', () => {
    const run = (seed: number) => {
      const watch = new TestWatch({ seed })
      watch.primary.kill()
      watch.untilSwitched()
      watch.primary.start()
      watch.deployment.advance(30_000)
      return watch.deployment.sentinelEvents
    }
    expect(run(3)).toEqual(run(3))
    expect(run(3)).not.toEqual(run(4))
  })

  it('needs no Sentinel to leave other nodes as they are', () => {
    const deployment = new TestDeployment()
    const node = deployment.add()
    expect(deployment.client(node).send('SENTINEL', 'MASTERS')).toMatchObject({ kind: 'error' })
    expect(node.node.sentinel).toBeUndefined()
  })
})

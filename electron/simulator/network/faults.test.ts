import { describe, expect, it } from 'vitest'
import { bulk, ok, simple } from '../resp/reply'
import type { Bytes } from '../../../shared/bytes'
import { TestDeployment } from '../testing/test-deployment'

const pong = simple('PONG')

function oneNode() {
  const deployment = new TestDeployment()
  const node = deployment.add()
  const client = deployment.client(node)
  expect(client.send('PING')).toEqual(pong)
  const cut = (from: string, to: string) =>
    deployment.network.links.add({ isCut: true, on: (a, b) => a === from && b === to })
  return { deployment, node, client, cut }
}

describe('a cut link', () => {
  it('leaves a connection half open, and what was sent arrives when it is sent again', () => {
    const { deployment, client, cut } = oneNode()
    const mend = cut('client', 'node-1')
    client.post('PING')
    deployment.advance(1000)
    expect([client.replies.length, client.state]).toEqual([1, 'open'])
    mend()
    // Sent at 0, again at 200, 600 and 1400 ms.
    deployment.advance(300)
    expect(client.replies).toHaveLength(1)
    deployment.until('answered', () => client.replies.length === 2, 200)
  })

  it('is given up after a quarter of an hour', () => {
    const { deployment, client, cut } = oneNode()
    cut('client', 'node-1')
    client.post('PING')
    deployment.advance(900_000)
    expect(client.state).toBe('open')
    deployment.advance(300_000)
    expect([client.state, client.why]).toEqual(['ended', 'ETIMEDOUT'])
  })

  it('lets nothing through the other way either once acknowledgements are missing', () => {
    const { deployment, client, cut } = oneNode()
    const mend = cut('node-1', 'client')
    client.post('SET', 'a', '1')
    client.post('GET', 'a')
    deployment.advance(1000)
    client.post('SET', 'a', '2')
    deployment.advance(100)
    expect(client.replies).toHaveLength(1)
    const other = deployment.client({ host: '127.0.0.1', port: 7001 }, 'other')
    expect(other.send('GET', 'a')).toEqual(bulk('1' as Bytes))
    mend()
    deployment.until('answered', () => client.replies.length === 4)
    expect(other.send('GET', 'a')).toEqual(bulk('2' as Bytes))
  })

  it('keeps who connects waiting, for two minutes at most', () => {
    const { deployment, node, cut } = oneNode()
    const mend = cut('late', 'node-1')
    const patient = deployment.client(node, 'late')
    deployment.advance(5000)
    expect(patient.state).toBe('connecting')
    mend()
    deployment.until('connected', () => patient.state === 'open', 3000)
    cut('late', 'node-1')
    const hopeless = deployment.client(node, 'late')
    deployment.advance(126_000)
    expect(hopeless.state).toBe('connecting')
    deployment.advance(2000)
    expect([hopeless.state, hopeless.why]).toEqual(['refused', 'ETIMEDOUT'])
  })

  it('hides that the process at the other end is gone; then comes a reset', () => {
    const { deployment, node, client, cut } = oneNode()
    const mend = cut('node-1', 'client')
    node.kill()
    node.start()
    deployment.advance(100)
    expect(client.state).toBe('open')
    client.post('PING')
    mend()
    deployment.until('ended', () => client.state === 'ended', 5000)
  })
})

describe('one flight', () => {
  function tricked(what: 'hold' | 'drop' | 'duplicate' | 'reorder') {
    const { deployment, client } = oneNode()
    let release: () => void = () => undefined
    deployment.network.play('client', 'node-1', what, (letGo) => (release = letGo))
    const before = deployment.clock.nowUs()
    client.post('SET', 'a', '1')
    deployment.advance(1)
    client.post('GET', 'a')
    const answeredMs = () => {
      deployment.until('answered', () => client.replies.length === 3, 1000)
      expect(client.replies.slice(1)).toEqual([ok, bulk('1' as Bytes)])
      return (deployment.clock.nowUs() - before) / 1000
    }
    return { deployment, client, answeredMs, release: () => release() }
  }

  it('that is lost is sent again, and what comes behind it waits', () => {
    expect(tricked('drop').answeredMs()).toBeGreaterThan(200)
  })

  it('that is held keeps everything behind it, for as long as one likes', () => {
    const { deployment, client, release, answeredMs } = tricked('hold')
    deployment.advance(60_000)
    expect(client.replies).toHaveLength(1)
    release()
    expect(answeredMs()).toBeGreaterThan(60_000)
  })

  it('that is sent twice arrives once, and one that is overtaken keeps its place', () => {
    expect(tricked('duplicate').answeredMs()).toBeLessThan(5)
    expect(tricked('reorder').answeredMs()).toBeGreaterThan(5)
  })
})

describe('a slow link', () => {
  it('delays each flight', () => {
    const { deployment, client } = oneNode()
    deployment.network.links.add({ delayUs: 40_000, on: () => true })
    const before = deployment.clock.nowUs()
    client.send('PING')
    const tookMs = (deployment.clock.nowUs() - before) / 1000
    expect(tookMs).toBeGreaterThan(80)
    expect(tookMs).toBeLessThan(83)
  })

  it('shares its bandwidth among its connections', () => {
    const { deployment, node, client } = oneNode()
    const second = deployment.client(node)
    second.send('PING')
    client.send('SET', 'a', 'x'.repeat(10_000))
    deployment.network.links.add({ bytesPerSecond: 100_000, on: (from) => from === 'node-1' })
    const before = deployment.clock.nowUs()
    client.post('GET', 'a')
    second.post('GET', 'a')
    deployment.until('answered', () => client.replies.length === 3 && second.replies.length === 2)
    const tookMs = (deployment.clock.nowUs() - before) / 1000
    expect(tookMs).toBeGreaterThan(200)
    expect(tookMs).toBeLessThan(205)
  })
})

describe('a process', () => {
  it('that was killed refuses connections, and those it had are closed', () => {
    const { deployment, node, client } = oneNode()
    node.kill()
    deployment.until('ended', () => client.state === 'ended', 5)
    const late = deployment.client(node)
    deployment.until('refused', () => late.state === 'refused', 5)
    expect(late.why).toBe('ECONNREFUSED')
    node.start()
    expect(deployment.client(node).send('PING')).toEqual(pong)
  })

  it('that is paused takes connections and bytes, and answers when it goes on', () => {
    const { deployment, node, client } = oneNode()
    node.pause()
    const second = deployment.client(node)
    second.post('SET', 'a', '1')
    client.post('GET', 'a')
    deployment.advance(5000)
    expect([second.state, second.replies.length, client.replies.length]).toEqual(['open', 0, 1])
    node.resume()
    deployment.until('answered', () => second.replies.length === 1 && client.replies.length === 2, 5)
    expect(second.replies).toEqual([ok])
  })

  it('that is paused notices afterwards that its timers are late', () => {
    const { deployment, node, client } = oneNode()
    client.send('SET', 'a', '1', 'PX', '500')
    client.post('BLPOP', 'list', '1')
    deployment.advance(10)
    node.pause()
    deployment.advance(3000)
    expect(client.replies).toHaveLength(2)
    node.resume()
    deployment.until('timed out', () => client.replies.length === 3, 5)
    expect(deployment.client(node).send('EXISTS', 'a')).toMatchObject({ kind: 'integer' })
  })

  it('keeps its disk when it is started again, unless the machine is a new one', () => {
    const deployment = new TestDeployment()
    const node = deployment.add({ appendonly: 'yes', appendfsync: 'always' })
    expect(deployment.client(node).send('SET', 'a', '1')).toEqual(ok)
    node.kill()
    node.start()
    expect(deployment.client(node).send('GET', 'a')).toEqual(bulk('1' as Bytes))
    node.kill()
    node.wipe()
    node.start()
    expect(deployment.client(node).send('EXISTS', 'a')).toMatchObject({ value: 0 })
  })

  it('sees its time of day jump and drift', () => {
    const { deployment, node, client } = oneNode()
    const seconds = () => Number((client.send('TIME') as unknown as { items: { bytes: string }[] }).items[0]!.bytes)
    const before = seconds()
    node.clock.jump(3600e6)
    expect(seconds() - before).toBe(3600)
    node.clock.drift(100_000)
    deployment.advance(100_000)
    expect(seconds() - before).toBe(3600 + 110)
  })
})

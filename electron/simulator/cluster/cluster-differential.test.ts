import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compare } from '../testing/conversation'
import { clusterConversations, servingConversations } from '../testing/conversations/cluster'
import { hasRealRedis, pause, RealRedis } from '../testing/real-redis'
import { testNode, type TestNode } from '../testing/test-client'

/** A primary that was started waits so long before it serves. */
const WRITABLE_DELAY_MS = 2200

describe.skipIf(!hasRealRedis())('a node in cluster mode beside redis-server 7.0.15', () => {
  let server: RealRedis
  let world: TestNode

  beforeAll(async () => {
    server = await RealRedis.start('--cluster-enabled', 'yes')
    const config = { save: '', bind: '127.0.0.1', 'cluster-enabled': 'yes' }
    world = testNode({ port: server.port, config }, Date.now() * 1000)
  })

  afterAll(() => server.stop())

  describe.each([2, 3] as const)('in RESP%i', (resp) => {
    it.each(clusterConversations)('$name', async (talk) => {
      expect(await compare(talk, resp, world, server)).toEqual([])
    })
  })

  describe('when it serves all slots', () => {
    beforeAll(async () => {
      const [simulated, real] = [world.connect(), await server.connect()]
      const command = '*4\r\n$7\r\nCLUSTER\r\n$13\r\nADDSLOTSRANGE\r\n$1\r\n0\r\n$5\r\n16383\r\n'
      simulated.sendRaw(command)
      real.send(Buffer.from(command))
      await pause(WRITABLE_DELAY_MS)
      world.clock.advanceTo(Date.now() * 1000)
    })

    describe.each([2, 3] as const)('in RESP%i', (resp) => {
      it.each(servingConversations)('$name', async (talk) => {
        expect(await compare(talk, resp, world, server)).toEqual([])
      })
    })
  })
})

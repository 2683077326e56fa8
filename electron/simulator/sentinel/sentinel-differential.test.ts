import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compare } from '../testing/conversation'
import { sentinelConversations, WATCHED } from '../testing/conversations/sentinel'
import { hasRealRedis, RealRedis } from '../testing/real-redis'
import { testNode, type TestNode } from '../testing/test-client'

describe.skipIf(!hasRealRedis())('a node in Sentinel mode beside redis-server 7.0.15', () => {
  let server: RealRedis
  let world: TestNode

  beforeAll(async () => {
    server = await RealRedis.startWithFile(`sentinel ${WATCHED}\n`, '--sentinel')
    world = testNode({ port: server.port, sentinel: [WATCHED] }, Date.now() * 1000)
  })

  afterAll(() => server.stop())

  describe.each([2, 3] as const)('in RESP%i', (resp) => {
    it.each(sentinelConversations)('$name', async (talk) => {
      expect(await compare(talk, resp, world, server)).toEqual([])
    })
  })
})

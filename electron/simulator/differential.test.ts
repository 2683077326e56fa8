import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { families } from './node/command-table'
import { compare, conversation, as, type Conversation, type Difference } from './testing/conversation'
import { aclConversations } from './testing/conversations/acl'
import { aclRuleConversations } from './testing/conversations/acl-rules'
import { blockingConversations } from './testing/conversations/blocking'
import { connectionConversations } from './testing/conversations/connection'
import { diagnosticsConversations } from './testing/conversations/diagnostics'
import { dumpConversations } from './testing/conversations/dump'
import { genericConversations } from './testing/conversations/generic'
import { hashConversations } from './testing/conversations/hashes'
import { listConversations } from './testing/conversations/lists'
import { maxmemoryConversations } from './testing/conversations/maxmemory'
import { persistenceConversations } from './testing/conversations/persistence'
import { protocolConversations } from './testing/conversations/protocol'
import { pubsubConversations } from './testing/conversations/pubsub'
import { replicationConversations } from './testing/conversations/replication'
import { serverConversations } from './testing/conversations/server'
import { setConversations } from './testing/conversations/sets'
import { severalClientConversations } from './testing/conversations/several-clients'
import { sortedSetConversations } from './testing/conversations/sorted-sets'
import { sortedSetPopConversations } from './testing/conversations/sorted-set-pops'
import { sortedSetRangeConversations } from './testing/conversations/sorted-set-ranges'
import { scriptLibraryConversations } from './testing/conversations/script-libraries'
import { scriptConversations } from './testing/conversations/scripts'
import { sortConversations } from './testing/conversations/sort'
import { streamBlockingConversations } from './testing/conversations/stream-blocking'
import { streamGroupConversations } from './testing/conversations/stream-groups'
import { streamConversations } from './testing/conversations/streams'
import { transactionConversations } from './testing/conversations/transactions'
import { stringConversations } from './testing/conversations/strings'
import { deeplyUnordered } from './testing/normalisers'
import { hasRealRedis, RealRedis } from './testing/real-redis'
import { testNode, type TestNode } from './testing/test-client'

const metadataConversations: Conversation[] = families
  .flat()
  .map((spec) =>
    conversation(
      `COMMAND of ${spec.name}`,
      as(deeplyUnordered, `COMMAND INFO ${spec.name}`),
      as(deeplyUnordered, `COMMAND DOCS ${spec.name}`),
    ),
  )

const conversations: readonly Conversation[] = [
  ...stringConversations,
  ...genericConversations,
  ...hashConversations,
  ...listConversations,
  ...setConversations,
  ...scriptConversations,
  ...scriptLibraryConversations,
  ...sortConversations,
  ...streamConversations,
  ...streamGroupConversations,
  ...streamBlockingConversations,
  ...sortedSetConversations,
  ...sortedSetPopConversations,
  ...sortedSetRangeConversations,
  ...blockingConversations,
  ...connectionConversations,
  ...transactionConversations,
  ...protocolConversations,
  ...pubsubConversations,
  ...replicationConversations,
  ...serverConversations,
  ...dumpConversations,
  ...persistenceConversations,
  ...maxmemoryConversations,
  ...diagnosticsConversations,
  ...severalClientConversations,
  ...aclRuleConversations,
  ...aclConversations,
  ...metadataConversations,
]

// A simulated node and a real server are told the same and must say the same, byte for byte.
describe.skipIf(!hasRealRedis())('a simulated node beside redis-server 7.0.15', () => {
  let server: RealRedis
  let world: TestNode

  beforeAll(async () => {
    server = await RealRedis.start()
    world = testNode({ port: server.port, config: { save: '', bind: '127.0.0.1' } }, Date.now() * 1000)
  })

  afterAll(() => server.stop())

  const commands = conversations.reduce((sum, { steps }) => sum + steps.length, 0)

  it(`is asked at least 400 commands (${commands})`, () => expect(commands).toBeGreaterThan(400))

  describe.each([2, 3] as const)('in RESP%i', (resp) => {
    it.each(conversations)('$name', async (talk) => {
      const differences: Difference[] = await compare(talk, resp, world, server)
      expect(differences).toEqual([])
    })
  })
})

import type { Normaliser } from '../conversation'
import { after, as, conversation, kindOnly, type Conversation } from './tools'

/** What INFO says of snapshots, but for times and counts that go on from conversation to conversation. */
const snapshotFields: Normaliser = (bytes) =>
  [...bytes.matchAll(/^rdb_(changes_since_last_save|bgsave_in_progress|last_bgsave_status|last_load_\w+):.*$/gm)]
    .map(([line]) => line)
    .join('\n')

const info = as(snapshotFields, 'INFO persistence')

export const persistenceConversations: readonly Conversation[] = [
  conversation(
    'SAVE and BGSAVE',
    'SAVE',
    info,
    'SET k v',
    'RPUSH l a b c',
    'DEL none',
    'EXPIRE k 100',
    info,
    'SAVE',
    info,
    'SET k w',
    'BGSAVE',
    after(400),
    info,
    'BGSAVE SCHEDULE',
    after(400),
    'BGSAVE FOO',
    'BGSAVE SCHEDULE FOO',
    'SAVE FOO',
    'MULTI',
    'SAVE',
    'EXEC',
    'MULTI',
    'BGSAVE',
    'SET k v',
    'EXEC',
    after(600),
    info,
    as(kindOnly, 'LASTSAVE'),
    'EVAL "return redis.call(\'SAVE\')" 0',
    'EVAL "return redis.call(\'BGSAVE\')" 0',
  ),
  conversation(
    'FLUSHALL and what counts as changed',
    'SET k v',
    'SAVE',
    'SET k v',
    'FLUSHDB',
    info,
    'SET k v',
    'FLUSHALL',
    info,
    'CONFIG SET save "3600 1"',
    'SET k v',
    'FLUSHALL',
    info,
    'SET k v',
    'FLUSHDB',
    info,
    'CONFIG SET save ""',
  ),
]

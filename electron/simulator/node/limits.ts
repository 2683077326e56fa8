import type { Config } from '../config/config'
import type { HashLimits } from '../keyspace/hash-value'
import type { SetLimits } from '../keyspace/set-value'
import type { SortedSetLimits } from '../keyspace/sorted-set-value'
import type { StreamLimits } from '../keyspace/stream/stream-value'

/** Up to where values are kept in their compact encodings: parameters that writing commands ask for each time. */
export class Limits implements HashLimits, SetLimits, SortedSetLimits, StreamLimits {
  hashEntriesMax = 0
  hashBytesMax = 0
  intsetEntriesMax = 0
  zsetEntriesMax = 0
  zsetBytesMax = 0
  streamNodeEntriesMax = 0
  streamNodeBytesMax = 0

  constructor(config: Config) {
    config.follow('hash-max-listpack-entries', (text) => (this.hashEntriesMax = Number(text)))
    config.follow('hash-max-listpack-value', (text) => (this.hashBytesMax = Number(text)))
    config.follow('set-max-intset-entries', (text) => (this.intsetEntriesMax = Math.min(Number(text), INTSET_MAX)))
    config.follow('zset-max-listpack-entries', (text) => (this.zsetEntriesMax = Number(text)))
    config.follow('zset-max-listpack-value', (text) => (this.zsetBytesMax = Number(text)))
    config.follow('stream-node-max-entries', (text) => (this.streamNodeEntriesMax = Number(text)))
    config.follow('stream-node-max-bytes', (text) => {
      const bytes = Number(text)
      this.streamNodeBytesMax = bytes === 0 ? LISTPACK_MAX : Math.min(bytes, LISTPACK_MAX)
    })
  }
}

/** Redis makes no larger intset and no larger node of a stream, whatever it is told. */
const INTSET_MAX = 2 ** 30
const LISTPACK_MAX = 2 ** 30

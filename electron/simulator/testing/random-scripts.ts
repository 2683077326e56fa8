import type { Pick, Make } from './random-pick'

const KEY_TYPES = "local t = {} for i, k in ipairs(KEYS) do t[i] = redis.call('TYPE', k) end return t"

/** Scripts that touch all types, go on after errors, and give back what they saw. */
const scripts: readonly string[] = [
  'return {KEYS, ARGV}',
  KEY_TYPES,
  "return redis.call('SET', KEYS[1], ARGV[1])",
  "return redis.pcall('INCR', KEYS[1])",
  "return redis.call('INCRBY', KEYS[1], ARGV[1])",
  "return {redis.pcall('GET', KEYS[1]), redis.pcall('STRLEN', KEYS[2])}",
  "local v = redis.pcall('GET', KEYS[1]) if type(v) == 'string' then return redis.call('SET', KEYS[2], v .. ARGV[1]) end return v",
  "redis.pcall('RPUSH', KEYS[1], unpack(ARGV)) return redis.pcall('LRANGE', KEYS[1], 0, -1)",
  "local n = redis.pcall('LLEN', KEYS[1]) if type(n) == 'number' and n > 2 then return redis.call('LPOP', KEYS[1], 2) end return n",
  "redis.pcall('HSET', KEYS[1], ARGV[1], ARGV[2]) return redis.pcall('HGET', KEYS[1], ARGV[1])",
  "redis.pcall('SADD', KEYS[1], unpack(ARGV)) return redis.pcall('SCARD', KEYS[1])",
  "redis.pcall('ZADD', KEYS[1], 1.5, ARGV[1], 2, ARGV[2]) return redis.pcall('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')",
  "redis.setresp(3) return redis.pcall('ZSCORE', KEYS[1], ARGV[1])",
  "redis.pcall('XADD', KEYS[1], '5-*', 'f', ARGV[1]) return redis.pcall('XLEN', KEYS[1])",
  "redis.call('MSET', KEYS[1], 1, KEYS[2], 2) redis.call('RENAME', KEYS[1], KEYS[2]) return redis.call('MGET', KEYS[1], KEYS[2])",
  "for i, k in ipairs(KEYS) do redis.call('DEL', k) end redis.call('LPUSH', KEYS[1], ARGV[1]) redis.call('INCR', KEYS[1])",
  "local ok, e = pcall(redis.call, 'LPUSH', KEYS[1], ARGV[1]) return {ok, e}",
  'return redis.call(ARGV[1], KEYS[1])',
  'return redis.sha1hex(ARGV[1]) .. cjson.encode(ARGV) .. #cmsgpack.pack(ARGV)',
  'return {cmsgpack.unpack(cmsgpack.pack(ARGV, KEYS))}',
  'return cjson.decode(cjson.encode({KEYS, ARGV}))',
  "return redis.call('BLPOP', KEYS[1], 0)",
  "return redis.call('SORT', KEYS[1], 'ALPHA')",
  'error(ARGV[1])',
  'return nosuch',
]

export const scriptCommands: readonly Make[] = [
  (pick: Pick) => {
    const name = pick.of(['EVAL', 'EVAL', 'EVAL', 'EVAL_RO'])
    return [name, pick.of(scripts), '2', pick.key(), pick.key(), pick.value(), pick.value()]
  },
]

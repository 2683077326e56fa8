/** The version that Redis 7.0 writes, and the newest that it reads. */
export const RDB_VERSION = 10

/** What a value is and how it is laid out: the byte before its key, and the first of a DUMP. */
export const RdbType = {
  string: 0,
  list: 1,
  set: 2,
  zset: 3,
  hash: 4,
  zset2: 5,
  module: 6,
  module2: 7,
  hashZipmap: 9,
  listZiplist: 10,
  setIntset: 11,
  zsetZiplist: 12,
  hashZiplist: 13,
  listQuicklist: 14,
  streamListpacks: 15,
  hashListpack: 16,
  zsetListpack: 17,
  listQuicklist2: 18,
  streamListpacks2: 19,
} as const

/** What stands between the values. */
export const Opcode = {
  function2: 245,
  functionOld: 246,
  moduleAux: 247,
  idle: 248,
  frequency: 249,
  aux: 250,
  resizeDb: 251,
  expireTimeMs: 252,
  expireTime: 253,
  selectDb: 254,
  end: 255,
} as const

/** The two upper bits of the first byte of a length. */
export const LengthKind = { six: 0, fourteen: 1, long: 2, encoded: 3 } as const

/** The first byte of a length of 32 bits, and of one of 64. */
export const LENGTH_32 = 0x80
export const LENGTH_64 = 0x81

/** What stands in the six lower bits when the two upper ones say that a string is encoded. */
export const StringEncoding = { int8: 0, int16: 1, int32: 2, lzf: 3 } as const

/** How a node of a quicklist holds its elements: one element as it is, or a listpack of them. */
export const Container = { plain: 1, packed: 2 } as const

import type { Lua } from '../lua'
import { luaTypes } from '../lua-exports'
import type { ProtectedTables } from '../protected-tables'
import { bytesOfFloat } from './floats'

/** Tables that lie deeper become nil, so that one that contains itself comes to an end. */
const NESTING_MAX = 16
const INT_MAX = 2 ** 31 - 1

/** Takes the value on top of the stack, as MessagePack. */
export function packValue(lua: Lua, L: number, tables: ProtectedTables, level = 0): string {
  const bytes = encode(lua, L, tables, level)
  lua.pop(L)
  return bytes
}

function encode(lua: Lua, L: number, tables: ProtectedTables, level: number): string {
  const { c } = lua
  switch (c.lua_type(L, -1)) {
    case luaTypes.string:
      return encodeString(lua.read(L, -1)!)
    case luaTypes.boolean:
      return c.lua_toboolean(L, -1) !== 0 ? '\xc3' : '\xc2'
    case luaTypes.number:
      return encodeNumber(c.lua_tonumber(L, -1))
    case luaTypes.table:
      return level === NESTING_MAX ? '\xc0' : encodeTable(lua, L, tables, level)
    default:
      return '\xc0'
  }
}

function encodeString(bytes: string): string {
  const { length } = bytes
  if (length < 32) return byte(0xa0 | length) + bytes
  if (length <= 0xff) return `\xd9${byte(length)}${bytes}`
  return withCount(length, 0xda) + bytes
}

/** A count of 16 bits behind its code, or one of 32 behind the next code. */
function withCount(count: number, code: number): string {
  return count <= 0xffff ? byte(code) + bigEndian(count, 2) : byte(code + 1) + bigEndian(count, 4)
}

function encodeNumber(value: number): string {
  const isInteger = Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63
  if (isInteger) return encodeInteger(value)
  return Math.fround(value) === value ? `\xca${bytesOfFloat(value, 4)}` : `\xcb${bytesOfFloat(value, 8)}`
}

function encodeInteger(value: number): string {
  if (value >= 0) {
    if (value <= 127) return byte(value)
    if (value <= 0xff) return `\xcc${byte(value)}`
    if (value <= 0xffff) return `\xcd${bigEndian(value, 2)}`
    if (value <= 0xffffffff) return `\xce${bigEndian(value, 4)}`
    return `\xcf${bigEndian64(value)}`
  }
  if (value >= -32) return byte(value & 0xff)
  if (value >= -128) return `\xd0${byte(value & 0xff)}`
  if (value >= -32768) return `\xd1${bigEndian(value & 0xffff, 2)}`
  if (value >= -(2 ** 31)) return `\xd2${bigEndian(value >>> 0, 4)}`
  return `\xd3${bigEndian64(value)}`
}

function encodeTable(lua: Lua, L: number, tables: ProtectedTables, level: number): string {
  lua.c.luaL_checkstack(L, 4, lua.name('in function mp_encode_lua_table_as_map'))
  tables.reveal(L, -1)
  return isArray(lua, L) ? encodeArray(lua, L, tables, level) : encodeMap(lua, L, tables, level)
}

/** All keys are whole numbers from 1 up, and none is missing. */
function isArray({ c }: Lua, L: number): boolean {
  const top = c.lua_gettop(L)
  let count = 0
  let max = 0
  c.lua_pushnil(L)
  while (c.lua_next(L, -2) !== 0) {
    c.lua_settop(L, top + 1)
    const key = c.lua_type(L, -1) === luaTypes.number ? c.lua_tonumber(L, -1) : 0
    if (key <= 0 || !Number.isInteger(key) || key > INT_MAX) {
      c.lua_settop(L, top)
      return false
    }
    max = Math.max(max, key)
    count++
  }
  return max === count
}

function encodeArray(lua: Lua, L: number, tables: ProtectedTables, level: number): string {
  const length = lua.c.lua_objlen(L, -1)
  let bytes = length <= 15 ? byte(0x90 | length) : withCount(length, 0xdc)
  for (let at = 1; at <= length; at++) {
    lua.c.lua_pushnumber(L, at)
    lua.c.lua_gettable(L, -2)
    bytes += packValue(lua, L, tables, level + 1)
  }
  return bytes
}

function encodeMap(lua: Lua, L: number, tables: ProtectedTables, level: number): string {
  const { c } = lua
  let entries = ''
  let count = 0
  c.lua_pushnil(L)
  while (c.lua_next(L, -2) !== 0) {
    c.lua_pushvalue(L, -2)
    entries += packValue(lua, L, tables, level + 1)
    entries += packValue(lua, L, tables, level + 1)
    count++
  }
  return (count <= 15 ? byte(0x80 | count) : withCount(count, 0xde)) + entries
}

function byte(value: number): string {
  return String.fromCharCode(value)
}

function bigEndian(value: number, size: number): string {
  let bytes = ''
  for (let shift = (size - 1) * 8; shift >= 0; shift -= 8) bytes += byte((value >>> shift) & 0xff)
  return bytes
}

function bigEndian64(value: number): string {
  const bits = BigInt.asUintN(64, BigInt(value))
  return bigEndian(Number(bits >> 32n), 4) + bigEndian(Number(bits & 0xffffffffn), 4)
}

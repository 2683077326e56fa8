import type { RespVersion } from '../resp/encode'
import { array, boolean, bulk, double, error, integer, map, nothing, set, simple, type Reply } from '../resp/reply'
import type { Lua } from './lua'
import { luaTypes } from './lua-exports'
import type { ProtectedTables } from './protected-tables'

const tooDeep = error('ERR reached lua stack limit')
const ONE = integer(1)
const LEAST_INTEGER = -(2n ** 63n)

/** Takes what a script returned from the top of the stack, as the reply that Redis makes of it. */
export function takeReply(lua: Lua, L: number, resp: RespVersion, tables: ProtectedTables): Reply {
  const { c } = lua
  if (c.lua_checkstack(L, 4) === 0) {
    lua.pop(L)
    return tooDeep
  }
  const reply = replyOf(lua, L, resp, tables)
  lua.pop(L)
  return reply
}

function replyOf(lua: Lua, L: number, resp: RespVersion, tables: ProtectedTables): Reply {
  const { c } = lua
  switch (c.lua_type(L, -1)) {
    case luaTypes.string:
      return bulk(lua.read(L, -1)!)
    case luaTypes.number:
      return integer(toLongLong(c.lua_tonumber(L, -1)))
    case luaTypes.boolean: {
      const value = c.lua_toboolean(L, -1) !== 0
      if (resp === 3) return boolean(value)
      return value ? ONE : nothing
    }
    case luaTypes.table:
      return tableReply(lua, L, resp, tables)
    default:
      return nothing
  }
}

/** As a cast in C does it on x86: what does not fit, and no number, becomes the least integer. */
export function toLongLong(value: number): number | bigint {
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value
  if (Number.isNaN(value) || Math.abs(value) >= 2 ** 63) return LEAST_INTEGER
  const whole = Math.trunc(value)
  return Number.isSafeInteger(whole) ? whole + 0 : BigInt(whole)
}

/** A table says by a field what it stands for; without any it is an array that ends at the first nil. */
function tableReply(lua: Lua, L: number, resp: RespVersion, tables: ProtectedTables): Reply {
  const { c } = lua
  const { string, number, table } = luaTypes
  if (hasField(lua, L, 'err', string)) {
    const text = cut(takeString(lua, L))
    c.lua_getfield(L, -1, lua.name('ignore_error_stats_update'))
    const isCounted = c.lua_toboolean(L, -1) !== 0
    lua.pop(L)
    const reply = error(text) as Reply & { kind: 'error' }
    return isCounted ? { ...reply, isCounted } : reply
  }
  if (hasField(lua, L, 'ok', string)) return simple(blankLineEnds(cut(takeString(lua, L))))
  if (hasField(lua, L, 'double', number)) {
    const value = c.lua_tonumber(L, -1)
    lua.pop(L)
    return double(value)
  }
  if (hasField(lua, L, 'big_number', string)) {
    return { kind: 'big-number', digits: blankLineEnds(takeString(lua, L)) }
  }
  if (hasField(lua, L, 'verbatim_string', table)) {
    const verbatim = verbatimReply(lua, L)
    lua.pop(L)
    if (verbatim) return verbatim
  }
  if (hasField(lua, L, 'map', table)) return map(entries(lua, L, resp, tables, true))
  if (hasField(lua, L, 'set', table)) return set(entries(lua, L, resp, tables, false))
  const items: Reply[] = []
  for (let at = 1; ; at++) {
    c.lua_rawgeti(L, -1, at)
    if (c.lua_type(L, -1) === luaTypes.nil) break
    items.push(takeReply(lua, L, resp, tables))
  }
  lua.pop(L)
  return array(items)
}

/** Leaves the field on the stack if it is of the type. */
function hasField(lua: Lua, L: number, name: string, type: number): boolean {
  const { c } = lua
  lua.push(L, name)
  c.lua_rawget(L, -2)
  if (c.lua_type(L, -1) === type) return true
  lua.pop(L)
  return false
}

function takeString(lua: Lua, L: number): string {
  const bytes = lua.read(L, -1)!
  lua.pop(L)
  return bytes
}

function verbatimReply(lua: Lua, L: number): Reply | undefined {
  const { string } = luaTypes
  if (!hasField(lua, L, 'format', string)) return undefined
  const format = cut(takeString(lua, L))
  if (!hasField(lua, L, 'string', string)) return undefined
  return { kind: 'verbatim', format: format.slice(0, 3).padEnd(3), bytes: takeString(lua, L) }
}

/** The keys, and with `withValues` each with its value, of the table on top of the stack, which goes. */
function entries(lua: Lua, L: number, resp: RespVersion, tables: ProtectedTables, withValues: boolean): Reply[] {
  const { c } = lua
  const items: Reply[] = []
  tables.reveal(L, -1)
  c.lua_pushnil(L)
  while (c.lua_next(L, -2) !== 0) {
    if (!withValues) lua.pop(L)
    c.lua_pushvalue(L, withValues ? -2 : -1)
    items.push(takeReply(lua, L, resp, tables))
    if (withValues) items.push(takeReply(lua, L, resp, tables))
  }
  lua.pop(L)
  return items
}

/** What C takes for a string ends at the first NUL. */
function cut(bytes: string): string {
  const end = bytes.indexOf('\0')
  return end === -1 ? bytes : bytes.slice(0, end)
}

function blankLineEnds(text: string): string {
  return text.replace(/[\r\n]/g, ' ')
}

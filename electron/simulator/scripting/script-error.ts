import { error, type Reply } from '../resp/reply'
import type { Lua } from './lua'
import { luaTypes } from './lua-exports'
import type { ProtectedTables } from './protected-tables'

/** `lua_Debug`, of which we read where a function is from. */
const RECORD_BYTES = 100
const WHAT = 12
const SOURCE = 16
const CURRENT_LINE = 20

interface Place {
  readonly source: string
  readonly line: number
}

/**
 * The reply to a script that has failed: its error object is on top of the thread's stack, under which the functions
 * lie as they were. Redis asks an error handler where they stood; a thread of Lua's can be asked afterwards.
 */
export function takeError(lua: Lua, L: number, tables: ProtectedTables, sha: string): Reply {
  const { c } = lua
  const { text, isCounted } = describe(lua, L, tables)
  const place = placeOf(lua, L)
  const where = place ? ` script: ${sha}, on ${place.source}:${place.line}.` : ''
  c.lua_settop(L, 0)
  const reply = error(text + where) as Reply & { kind: 'error' }
  return isCounted ? { ...reply, isCounted } : reply
}

function describe(lua: Lua, L: number, tables: ProtectedTables): { text: string; isCounted: boolean } {
  const { c } = lua
  if (!lua.isTable(L, -1)) return { text: `ERR ${plainText(lua, L)}`, isCounted: false }
  tables.reveal(L, -1)
  const text = rawField(lua, L, 'err')
  const counted = c.lua_gettop(L)
  lua.push(L, 'ignore_error_stats_update')
  c.lua_rawget(L, counted)
  const isCounted = c.lua_toboolean(L, -1) !== 0
  lua.pop(L)
  // The real one crashes here.
  return { text: text ?? 'ERR unknown error', isCounted }
}

function rawField(lua: Lua, L: number, name: string): string | undefined {
  lua.push(L, name)
  lua.c.lua_rawget(L, -2)
  const text = lua.c.lua_isstring(L, -1) !== 0 ? lua.read(L, -1)!.split('\0')[0] : undefined
  lua.pop(L)
  return text
}

/** As `tostring` has it. */
function plainText(lua: Lua, L: number): string {
  const { c } = lua
  switch (c.lua_type(L, -1)) {
    case luaTypes.nil:
      return 'nil'
    case luaTypes.boolean:
      return c.lua_toboolean(L, -1) !== 0 ? 'true' : 'false'
    case luaTypes.number:
    case luaTypes.string:
      return lua.read(L, -1)!.split('\0')[0]!
    default:
      return `${lua.typeName(L, -1)}: 0x${c.lua_topointer(L, -1).toString(16)}`
  }
}

/** The function that has failed, or the one that called it if it is one of C's. */
function placeOf(lua: Lua, L: number): Place | undefined {
  const { c } = lua
  const record = c.malloc(RECORD_BYTES)
  try {
    for (const level of [0, 1]) {
      if (c.lua_getstack(L, level, record) === 0) return undefined
      c.lua_getinfo(L, lua.name('nSl'), record)
      const { bytes } = lua
      const what = lua.readName(bytes.readUInt32LE(record + WHAT))
      if (what === 'C' && level === 0) continue
      return {
        source: lua.readName(bytes.readUInt32LE(record + SOURCE)),
        line: bytes.readInt32LE(record + CURRENT_LINE),
      }
    }
    return undefined
  } finally {
    c.free(record)
  }
}

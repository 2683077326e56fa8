import type { RespVersion } from '../resp/encode'
import { formatDouble } from '../resp/format-double'
import type { Reply } from '../resp/reply'
import type { Lua } from './lua'

/** Pushes the reply of a command as a script sees it, which depends on the protocol that it chose with `setresp`. */
export function pushReply(lua: Lua, L: number, reply: Reply, resp: RespVersion): void {
  const { c } = lua
  c.luaL_checkstack(L, 5, lua.name('too many nested replies'))
  switch (reply.kind) {
    case 'bulk':
      lua.push(L, reply.bytes)
      return
    case 'integer':
      c.lua_pushnumber(L, Number(reply.value))
      return
    case 'simple':
      c.lua_createtable(L, 0, 0)
      lua.setString(L, 'ok', reply.text)
      return
    case 'error':
      pushError(lua, L, reply.text)
      c.lua_pushboolean(L, 1)
      c.lua_setfield(L, -2, lua.name('ignore_error_stats_update'))
      return
    case 'null':
    case 'null-array':
      if (resp === 3) c.lua_pushnil(L)
      else c.lua_pushboolean(L, 0)
      return
    case 'boolean':
      if (resp === 3) c.lua_pushboolean(L, reply.value ? 1 : 0)
      else c.lua_pushnumber(L, reply.value ? 1 : 0)
      return
    case 'double':
      if (resp === 2) {
        lua.push(L, formatDouble(reply.value))
        return
      }
      c.lua_createtable(L, 0, 0)
      lua.setNumber(L, 'double', reply.value)
      return
    case 'big-number':
      if (resp === 2) {
        lua.push(L, reply.digits)
        return
      }
      c.lua_createtable(L, 0, 0)
      lua.setString(L, 'big_number', reply.digits)
      return
    case 'verbatim':
      pushVerbatim(lua, L, reply, resp)
      return
    case 'array':
    case 'push':
      pushArray(lua, L, reply.items, resp)
      return
    case 'set':
      if (resp === 2) pushArray(lua, L, reply.items, resp)
      else pushSet(lua, L, reply.items, resp)
      return
    case 'map':
      if (resp === 2) pushArray(lua, L, reply.items, resp)
      else pushMap(lua, L, reply.items, resp)
      return
    case 'pairs':
      pushArray(lua, L, resp === 2 ? reply.items : inPairs(reply.items), resp)
      return
    case 'paired-map':
      if (resp === 2) pushArray(lua, L, inPairs(reply.items), resp)
      else pushMap(lua, L, reply.items, resp)
      return
    case 'attribute':
      pushReply(lua, L, reply.reply, resp)
      return
    case 'many':
    case 'none':
      // Only commands of pub/sub and blocked ones answer so, and no script may call them.
      throw new Error(`a script was to get a reply of kind ${reply.kind}`)
  }
}

/** An error as `redis.pcall` gives it: a table with its text, code first, in `err`. */
export function pushError(lua: Lua, L: number, text: string): void {
  const { c } = lua
  c.lua_createtable(L, 0, 0)
  const end = text.indexOf('\0')
  lua.setString(L, 'err', end === -1 ? text : text.slice(0, end))
}

function pushArray(lua: Lua, L: number, items: readonly Reply[], resp: RespVersion): void {
  const { c } = lua
  // Grown item by item, as Redis does it: `pairs` goes through the table in an order that depends on that.
  c.lua_createtable(L, 0, 0)
  for (let at = 0; at < items.length; at++) {
    pushReply(lua, L, items[at]!, resp)
    c.lua_rawseti(L, -2, at + 1)
  }
}

function pushSet(lua: Lua, L: number, items: readonly Reply[], resp: RespVersion): void {
  const { c } = lua
  c.lua_createtable(L, 0, 0)
  lua.push(L, 'set')
  c.lua_createtable(L, 0, 0)
  for (const item of items) {
    pushReply(lua, L, item, resp)
    c.lua_pushboolean(L, 1)
    c.lua_rawset(L, -3)
  }
  c.lua_rawset(L, -3)
}

function pushMap(lua: Lua, L: number, items: readonly Reply[], resp: RespVersion): void {
  const { c } = lua
  c.lua_createtable(L, 0, 0)
  lua.push(L, 'map')
  c.lua_createtable(L, 0, 0)
  for (let at = 0; at < items.length; at += 2) {
    pushReply(lua, L, items[at]!, resp)
    pushReply(lua, L, items[at + 1]!, resp)
    c.lua_rawset(L, -3)
  }
  c.lua_rawset(L, -3)
}

function inPairs(items: readonly Reply[]): Reply[] {
  const pairs: Reply[] = []
  for (let at = 0; at < items.length; at += 2) pairs.push({ kind: 'array', items: [items[at]!, items[at + 1]!] })
  return pairs
}

function pushVerbatim(lua: Lua, L: number, reply: Reply & { kind: 'verbatim' }, resp: RespVersion): void {
  if (resp === 2) {
    lua.push(L, reply.bytes)
    return
  }
  const { c } = lua
  c.lua_createtable(L, 0, 0)
  lua.push(L, 'verbatim_string')
  c.lua_createtable(L, 0, 0)
  lua.setString(L, 'string', reply.bytes)
  lua.setString(L, 'format', reply.format)
  c.lua_rawset(L, -3)
}

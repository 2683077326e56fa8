import type { Lua } from '../lua'
import type { LuaLibrary } from '../sandbox'
import { packValue } from './cmsgpack-pack'
import { Unpacker } from './cmsgpack-unpack'

/** MessagePack, in the dialect of Redis's library. */
export const cmsgpackLibrary: LuaLibrary = {
  name: 'cmsgpack',
  open: (lua, L, tables) => {
    const { c } = lua
    c.lua_createtable(L, 0, 0)
    lua.setFunction(L, 'pack', (state) => {
      const count = c.lua_gettop(state)
      if (count === 0) lua.failArgument(state, 0, 'MessagePack pack needs input.')
      c.luaL_checkstack(state, count, lua.name('too many arguments for MessagePack pack'))
      let bytes = ''
      for (let argument = 1; argument <= count; argument++) {
        c.luaL_checkstack(state, 1, lua.name('in function mp_check'))
        c.lua_pushvalue(state, argument)
        bytes += packValue(lua, state, tables)
      }
      lua.push(state, bytes)
      return 1
    })
    lua.setFunction(L, 'unpack', (state) => unpack(lua, state, 0, 0))
    lua.setFunction(L, 'unpack_one', (state) => {
      const offset = c.luaL_optinteger(state, 2, 0)
      c.lua_settop(state, 1)
      return unpack(lua, state, 1, offset)
    })
    lua.setFunction(L, 'unpack_limit', (state) => {
      const limit = c.luaL_checkinteger(state, 2)
      const offset = c.luaL_optinteger(state, 3, 0)
      c.lua_settop(state, 1)
      return unpack(lua, state, limit, offset)
    })
    lua.setString(L, '_NAME', 'cmsgpack')
    lua.setString(L, '_VERSION', 'lua-cmsgpack 0.4.0')
    lua.setString(L, '_COPYRIGHT', 'Copyright (C) 2012, Salvatore Sanfilippo')
    lua.setString(L, '_DESCRIPTION', 'MessagePack C implementation for Lua')
  },
}

/** Values from an offset on; with a limit, the offset to go on from comes first, -1 at the end. */
function unpack(lua: Lua, L: number, limit: number, offset: number): number {
  const { c } = lua
  const data = lua.checkString(L, 1)
  const wantsAll = limit === 0 && offset === 0
  if (offset < 0 || limit < 0) {
    lua.fail(L, `Invalid request to unpack with offset of ${offset} and limit of ${data.length}.`)
  }
  if (offset > data.length) lua.fail(L, `Start offset ${offset} greater than input length ${data.length}.`)
  const unpacker = new Unpacker(lua, L, data, offset)
  let count = 0
  while (unpacker.left > 0 && (wantsAll || count < limit)) {
    const problem = unpacker.push()
    if (problem === 'short') lua.fail(L, 'Missing bytes in input.')
    if (problem === 'bad') lua.fail(L, 'Bad data format in input.')
    count++
  }
  if (wantsAll) return count
  c.luaL_checkstack(L, 1, lua.name('in function mp_unpack_full'))
  c.lua_pushnumber(L, unpacker.left === 0 ? -1 : data.length - unpacker.left)
  c.lua_insert(L, 2)
  return count + 1
}

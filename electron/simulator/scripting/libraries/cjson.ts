import type { Lua } from '../lua'
import type { ProtectedTables } from '../protected-tables'
import type { LuaLibrary } from '../sandbox'
import { addSettings, defaultConfig } from './cjson-config'
import { JsonDecoder } from './cjson-decode'
import { JsonEncoder } from './cjson-encode'

/** JSON, as lua-cjson 2.1.0 reads and writes it. */
export const cjsonLibrary: LuaLibrary = { name: 'cjson', open: openModule }

/** Pushes a module with settings of its own, which is also what `cjson.new` gives. */
function openModule(lua: Lua, L: number, tables: ProtectedTables): void {
  const { c } = lua
  const config = defaultConfig()
  const checkCount = (state: number): void => {
    if (c.lua_gettop(state) !== 1) lua.failArgument(state, 1, 'expected 1 argument')
  }
  c.lua_createtable(L, 0, 0)
  lua.setFunction(L, 'encode', (state) => {
    checkCount(state)
    lua.push(state, new JsonEncoder(lua, state, config, tables).encode())
    return 1
  })
  lua.setFunction(L, 'decode', (state) => {
    checkCount(state)
    new JsonDecoder(lua, state, lua.checkString(state, 1), config).decode()
    return 1
  })
  addSettings(lua, L, config)
  lua.setFunction(L, 'new', (state) => {
    openModule(lua, state, tables)
    return 1
  })
  c.lua_pushlightuserdata(L, 0)
  c.lua_setfield(L, -2, lua.name('null'))
  lua.setString(L, '_NAME', 'cjson')
  lua.setString(L, '_VERSION', '2.1.0')
}

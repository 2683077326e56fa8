import type { Lua } from '../lua'
import { luaTypes } from '../lua-exports'

/** What a script may set of the library; it holds for all scripts after it. */
export interface JsonConfig {
  convertsSparse: boolean
  sparseRatio: number
  sparseSafe: number
  encodeDepthMax: number
  decodeDepthMax: number
  precision: number
  keepsBuffer: boolean
  /** 0: refuse them, 1: write them as C does, 2: as null. */
  encodeInvalid: number
  decodesInvalid: boolean
}

export function defaultConfig(): JsonConfig {
  return {
    convertsSparse: false,
    sparseRatio: 2,
    sparseSafe: 10,
    encodeDepthMax: 1000,
    decodeDepthMax: 1000,
    precision: 14,
    keepsBuffer: true,
    encodeInvalid: 0,
    decodesInvalid: true,
  }
}

const INT_MAX = 2 ** 31 - 1
const OFF_ON = ['off', 'on']

/** Adds the functions that show and change the settings to the table on top of the stack. */
export function addSettings(lua: Lua, L: number, config: JsonConfig): void {
  const { c } = lua
  const setting = (name: string, args: number, show: (state: number) => void): void =>
    lua.setFunction(L, name, (state) => {
      if (c.lua_gettop(state) > args) lua.failArgument(state, args + 1, 'found too many arguments')
      while (c.lua_gettop(state) < args) c.lua_pushnil(state)
      show(state)
      return args
    })
  setting('encode_sparse_array', 3, (state) => {
    config.convertsSparse = toggle(lua, state, config.convertsSparse)
    config.sparseRatio = integer(lua, state, 2, config.sparseRatio, 0, INT_MAX)
    config.sparseSafe = integer(lua, state, 3, config.sparseSafe, 0, INT_MAX)
  })
  setting('encode_max_depth', 1, (state) => {
    config.encodeDepthMax = integer(lua, state, 1, config.encodeDepthMax, 1, INT_MAX)
  })
  setting('decode_max_depth', 1, (state) => {
    config.decodeDepthMax = integer(lua, state, 1, config.decodeDepthMax, 1, INT_MAX)
  })
  setting('encode_number_precision', 1, (state) => {
    config.precision = integer(lua, state, 1, config.precision, 1, 14)
  })
  setting('encode_keep_buffer', 1, (state) => {
    config.keepsBuffer = toggle(lua, state, config.keepsBuffer)
  })
  setting('encode_invalid_numbers', 1, (state) => {
    config.encodeInvalid = choice(lua, state, config.encodeInvalid, [...OFF_ON, 'null'])
  })
  setting('decode_invalid_numbers', 1, (state) => {
    config.decodesInvalid = toggle(lua, state, config.decodesInvalid)
  })
}

function integer(lua: Lua, L: number, argument: number, current: number, min: number, max: number): number {
  const { c } = lua
  let value = current
  if (c.lua_type(L, argument) !== luaTypes.nil) {
    value = c.luaL_checkinteger(L, argument)
    // It always names the first argument.
    if (value < min || value > max) lua.failArgument(L, 1, `expected integer between ${min} and ${max}`)
  }
  c.lua_pushnumber(L, value)
  return value
}

function toggle(lua: Lua, L: number, current: boolean): boolean {
  return choice(lua, L, current ? 1 : 0, OFF_ON) === 1
}

function choice(lua: Lua, L: number, current: number, names: readonly string[]): number {
  const { c } = lua
  let value = current
  const type = c.lua_type(L, 1)
  if (type === luaTypes.boolean) value = c.lua_toboolean(L, 1)
  else if (type !== luaTypes.nil) {
    const name = lua.checkString(L, 1).split('\0')[0]!
    value = names.indexOf(name)
    if (value === -1) lua.failArgument(L, 1, `invalid option '${name}'`)
  }
  if (value <= 1) c.lua_pushboolean(L, value)
  else lua.push(L, names[value]!)
  return value
}

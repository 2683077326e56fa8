import type { Lua } from '../lua'
import { luaTypes, type LuaFunction } from '../lua-exports'
import type { LuaLibrary } from '../sandbox'

// Adding it leaves the number's lowest 32 bits, rounded to the nearest, in the lowest bits of the sum.
const MAGIC = 2 ** 52 + 2 ** 51
const sum = new Float64Array(1)
const halves = new Int32Array(sum.buffer)

/** BitOp: operations on 32 bits, whose results are signed. */
export const bitLibrary: LuaLibrary = {
  name: 'bit',
  open: (lua, L) => {
    lua.c.lua_createtable(L, 0, 0)
    for (const [name, run] of Object.entries(functionsOf(lua))) lua.setFunction(L, name, run)
  },
}

function functionsOf(lua: Lua): Readonly<Record<string, LuaFunction>> {
  const { c } = lua
  const bits = (L: number, argument: number): number => {
    sum[0] = c.luaL_checknumber(L, argument) + MAGIC
    return halves[0]!
  }
  const result = (L: number, value: number): number => {
    c.lua_pushnumber(L, value | 0)
    return 1
  }
  const fold =
    (combine: (all: number, next: number) => number): LuaFunction =>
    (L) => {
      let all = bits(L, 1)
      for (let at = c.lua_gettop(L); at > 1; at--) all = combine(all, bits(L, at))
      return result(L, all)
    }
  const shift =
    (move: (value: number, by: number) => number): LuaFunction =>
    (L) => {
      const value = bits(L, 1)
      return result(L, move(value, bits(L, 2) & 31))
    }
  return {
    tobit: (L) => result(L, bits(L, 1)),
    bnot: (L) => result(L, ~bits(L, 1)),
    band: fold((all, next) => all & next),
    bor: fold((all, next) => all | next),
    bxor: fold((all, next) => all ^ next),
    lshift: shift((value, by) => value << by),
    rshift: shift((value, by) => value >>> by),
    arshift: shift((value, by) => value >> by),
    rol: shift((value, by) => (value << by) | (value >>> ((32 - by) & 31))),
    ror: shift((value, by) => (value >>> by) | (value << ((32 - by) & 31))),
    bswap: (L) => {
      const value = bits(L, 1)
      const swapped = (value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)
      return result(L, swapped)
    },
    tohex: (L) => {
      const value = bits(L, 1) >>> 0
      const wanted = c.lua_type(L, 2) === luaTypes.none ? 8 : bits(L, 2)
      const digits = value
        .toString(16)
        .padStart(8, '0')
        .slice(8 - Math.min(8, Math.abs(wanted)))
      lua.push(L, wanted < 0 ? digits.toUpperCase() : digits)
      return 1
    },
  }
}

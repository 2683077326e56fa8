/**
 * What the WebAssembly build of Lua 5.1 exports: its C API. Pointers, lengths, indices and booleans are whole numbers;
 * the first parameter is the `lua_State` wherever C has one. Functions marked `never` leave by an error of Lua.
 */
export interface LuaExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  readonly __indirect_function_table: FunctionTable
  readonly emscripten_stack_init: () => void
  readonly __wasm_call_ctors: () => void
  readonly stackSave: () => number
  readonly stackRestore: (pointer: number) => void
  readonly setThrew: (threw: number, value: number) => void
  readonly malloc: (bytes: number) => number
  readonly free: (pointer: number) => void

  readonly luaL_newstate: () => number
  readonly luaopen_base: LuaFunction
  readonly luaopen_debug: LuaFunction
  readonly luaopen_math: LuaFunction
  readonly luaopen_string: LuaFunction
  readonly luaopen_table: LuaFunction
  readonly luaL_argerror: (L: number, argument: number, message: number) => number
  readonly luaL_checkany: (L: number, argument: number) => void
  readonly luaL_checkinteger: (L: number, argument: number) => number
  readonly luaL_optinteger: (L: number, argument: number, otherwise: number) => number
  readonly luaL_checknumber: (L: number, argument: number) => number
  readonly luaL_checkstack: (L: number, space: number, message: number) => void
  readonly luaL_checktype: (L: number, argument: number, type: number) => void
  readonly luaL_checklstring: (L: number, argument: number, lengthPointer: number) => number
  readonly luaL_checkoption: (L: number, argument: number, otherwise: number, names: number) => number
  readonly luaL_getmetafield: (L: number, index: number, name: number) => number
  readonly luaL_loadbuffer: (L: number, bytes: number, length: number, name: number) => number
  readonly luaL_ref: (L: number, table: number) => number
  readonly luaL_unref: (L: number, table: number, reference: number) => void
  readonly luaL_where: (L: number, level: number) => void

  readonly lua_call: (L: number, args: number, results: number) => void
  readonly lua_checkstack: (L: number, space: number) => number
  readonly lua_concat: (L: number, count: number) => void
  readonly lua_createtable: (L: number, arrayItems: number, hashItems: number) => void
  readonly lua_error: (L: number) => never
  readonly lua_gc: (L: number, what: number, data: number) => number
  readonly lua_getfield: (L: number, index: number, name: number) => void
  readonly lua_getinfo: (L: number, what: number, record: number) => number
  readonly lua_getmetatable: (L: number, index: number) => number
  readonly lua_getstack: (L: number, level: number, record: number) => number
  readonly lua_gettable: (L: number, index: number) => void
  readonly lua_gettop: (L: number) => number
  readonly lua_insert: (L: number, index: number) => void
  readonly lua_isnumber: (L: number, index: number) => number
  readonly lua_isstring: (L: number, index: number) => number
  readonly lua_newthread: (L: number) => number
  readonly lua_next: (L: number, index: number) => number
  readonly lua_objlen: (L: number, index: number) => number
  readonly lua_pcall: (L: number, args: number, results: number, handler: number) => number
  readonly lua_pushboolean: (L: number, value: number) => void
  readonly lua_pushcclosure: (L: number, functionIndex: number, upvalues: number) => void
  readonly lua_pushlightuserdata: (L: number, pointer: number) => void
  readonly lua_pushlstring: (L: number, bytes: number, length: number) => void
  readonly lua_pushnil: (L: number) => void
  readonly lua_pushnumber: (L: number, value: number) => void
  readonly lua_pushvalue: (L: number, index: number) => void
  readonly lua_rawget: (L: number, index: number) => void
  readonly lua_rawgeti: (L: number, index: number, at: number) => void
  readonly lua_rawset: (L: number, index: number) => void
  readonly lua_rawseti: (L: number, index: number, at: number) => void
  readonly lua_remove: (L: number, index: number) => void
  readonly lua_replace: (L: number, index: number) => void
  readonly lua_resume: (L: number, args: number) => number
  readonly lua_setfield: (L: number, index: number, name: number) => void
  readonly lua_sethook: (L: number, hook: number, mask: number, count: number) => number
  readonly lua_setmetatable: (L: number, index: number) => number
  readonly lua_settable: (L: number, index: number) => void
  readonly lua_settop: (L: number, index: number) => void
  readonly lua_toboolean: (L: number, index: number) => number
  readonly lua_tocfunction: (L: number, index: number) => number
  readonly lua_tolstring: (L: number, index: number, lengthPointer: number) => number
  readonly lua_tonumber: (L: number, index: number) => number
  readonly lua_topointer: (L: number, index: number) => number
  readonly lua_touserdata: (L: number, index: number) => number
  readonly lua_type: (L: number, index: number) => number
  readonly lua_typename: (L: number, type: number) => number
  readonly lua_xmove: (from: number, to: number, count: number) => void
  readonly lua_yield: (L: number, results: number) => number
}

/** A `lua_CFunction`: takes its arguments from the stack, and says how many results it has left there. */
export type LuaFunction = (L: number) => number

interface FunctionTable {
  readonly length: number
  get(index: number): LuaFunction
  set(index: number, value: unknown): void
  grow(count: number): number
}

export const REGISTRY = -10000
export const GLOBALS = -10002

/** The place of a C closure's n-th upvalue. */
export function upvalue(n: number): number {
  return GLOBALS - n
}

export const MULTIPLE_RESULTS = -1

export const luaTypes = {
  none: -1,
  nil: 0,
  boolean: 1,
  lightUserdata: 2,
  number: 3,
  string: 4,
  table: 5,
  function: 6,
  userdata: 7,
  thread: 8,
} as const

export const luaStatus = { ok: 0, yield: 1, memory: 4 } as const

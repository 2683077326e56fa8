import type { Lua } from './lua'
import { luaTypes, REGISTRY, upvalue, type LuaFunction } from './lua-exports'

const READ_ONLY = 'Attempt to modify a readonly table'

/**
 * Tables that no script may change: the globals, the libraries and their metatables. Redis's own Lua knows a flag for
 * that. Ours is Lua as it is, so scripts get an empty *front* in place of such a table: reads go through it to the
 * hidden table, writes raise Redis's error, and the few functions of the base library that look at a table itself
 * (`pairs`, `rawset`, `getmetatable`, ...) are led past the front.
 */
export class ProtectedTables {
  /** From the address of a front to the registry's reference of what it hides, and the way back. */
  private readonly hidden = new Map<number, number>()
  private readonly fronts = new Map<number, number>()

  constructor(private readonly lua: Lua) {}

  /** Is the value at this place a front? */
  has(L: number, index: number): boolean {
    return this.hidden.has(this.lua.c.lua_topointer(L, index))
  }

  /** Puts the hidden table in the place of its front. */
  reveal(L: number, index: number): void {
    const { c } = this.lua
    const reference = this.hidden.get(c.lua_topointer(L, index))
    if (reference === undefined) return
    c.lua_rawgeti(L, REGISTRY, reference)
    c.lua_replace(L, index < 0 ? index - 1 : index)
  }

  /** The reverse, so that no script lays hands on what is hidden. */
  conceal(L: number, index: number): void {
    const { c } = this.lua
    const reference = this.fronts.get(c.lua_topointer(L, index))
    if (reference === undefined) return
    c.lua_rawgeti(L, REGISTRY, reference)
    c.lua_replace(L, index < 0 ? index - 1 : index)
  }

  refuse(L: number): never {
    this.lua.push(L, READ_ONLY)
    return this.lua.c.lua_error(L)
  }

  /** Replaces the table on top of the stack by its front, and so all tables below it, its metatable included. */
  protect(L: number): void {
    const { c } = this.lua
    if (this.fronts.has(c.lua_topointer(L, -1))) {
      this.conceal(L, -1)
      return
    }
    this.pushFront(L)
    c.lua_insert(L, -2)
    c.lua_checkstack(L, 8)
    c.lua_pushnil(L)
    while (c.lua_next(L, -2) !== 0) {
      if (!this.lua.isTable(L, -1) || this.has(L, -1)) {
        this.lua.pop(L)
        continue
      }
      this.protect(L)
      c.lua_pushvalue(L, -2)
      c.lua_insert(L, -2)
      c.lua_rawset(L, -4)
    }
    if (c.lua_getmetatable(L, -1) !== 0) {
      this.protect(L)
      this.lua.pop(L)
    }
    this.lua.pop(L)
  }

  private pushFront(L: number): void {
    const { c } = this.lua
    const table = c.lua_topointer(L, -1)
    c.lua_createtable(L, 0, 0)
    const front = c.lua_topointer(L, -1)
    c.lua_createtable(L, 0, 2)
    c.lua_pushvalue(L, -3)
    c.lua_setfield(L, -2, this.lua.name('__index'))
    this.lua.setFunction(L, '__newindex', (state) => this.lua.fail(state, READ_ONLY))
    c.lua_setmetatable(L, -2)
    c.lua_pushvalue(L, -2)
    this.hidden.set(front, c.luaL_ref(L, REGISTRY))
    c.lua_pushvalue(L, -1)
    this.fronts.set(table, c.luaL_ref(L, REGISTRY))
  }

  /** Leads the base library past the fronts. The globals are on top of the stack, not protected yet. */
  teach(L: number): void {
    const { lua } = this
    const { c } = lua
    const { table, nil } = luaTypes
    this.wrap(L, 'rawget', (state) => this.reveal(state, 1))
    c.lua_getfield(L, -1, lua.name('next'))
    c.lua_insert(L, -2)
    this.wrap(L, 'next', (state) => this.reveal(state, 1))
    c.lua_insert(L, -2)
    c.lua_getfield(L, -2, lua.name('next'))
    lua.pushFunction(L, (state) => this.pairs(state), 2)
    c.lua_setfield(L, -2, lua.name('pairs'))
    this.wrap(L, 'rawset', (state) => {
      if (!this.has(state, 1)) return
      c.luaL_checkany(state, 2)
      c.luaL_checkany(state, 3)
      this.refuse(state)
    })
    this.wrap(L, 'setmetatable', (state) => {
      const type = c.lua_type(state, 2)
      if (this.has(state, 1) && (type === nil || type === table)) this.refuse(state)
      if (type === table) this.reveal(state, 2)
    })
    const getMetatable = this.original(L, 'getmetatable')
    lua.setFunction(L, 'getmetatable', (state) => {
      this.reveal(state, 1)
      const results = getMetatable(state)
      this.conceal(state, -1)
      return results
    })
    c.lua_getfield(L, -1, lua.name('table'))
    this.wrap(L, 'foreach', (state) => this.reveal(state, 1))
    this.wrap(L, 'insert', (state) => {
      const count = c.lua_gettop(state)
      if (this.has(state, 1) && (count === 2 || count === 3)) this.refuse(state)
    })
    lua.pop(L)
  }

  /** Lets `before` see the arguments first. */
  private wrap(L: number, name: string, before: (L: number) => void): void {
    const original = this.original(L, name)
    this.lua.setFunction(L, name, (state) => {
      before(state)
      return original(state)
    })
  }

  private original(L: number, name: string): LuaFunction {
    const { c } = this.lua
    c.lua_getfield(L, -1, this.lua.name(name))
    const original = c.__indirect_function_table.get(c.lua_tocfunction(L, -1))
    this.lua.pop(L)
    return original
  }

  /** For a table of the script's own it gives Lua's `next`, which is the quick way. Both are its upvalues. */
  private pairs(L: number): number {
    const { c } = this.lua
    c.luaL_checktype(L, 1, luaTypes.table)
    c.lua_pushvalue(L, upvalue(this.has(L, 1) ? 2 : 1))
    c.lua_pushvalue(L, 1)
    c.lua_pushnil(L)
    return 3
  }
}

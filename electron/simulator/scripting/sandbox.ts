import type { Lua } from './lua'
import { GLOBALS, upvalue, type LuaFunction } from './lua-exports'
import { ProtectedTables } from './protected-tables'

/** A library of Redis's: leaves its table on the stack. */
export interface LuaLibrary {
  readonly name: string
  readonly open: (lua: Lua, L: number, tables: ProtectedTables) => void
}

/** Of the base library, what a script may not have. */
const REMOVED = ['dofile', 'loadfile', 'print', 'getfenv', 'setfenv', 'newproxy', 'debug']

/** Bytes that would be taken for compiled code, which Redis's Lua does not run. */
const COMPILED = '\x1b'

/** What `xpcall` may be given, and what Redis gives it itself: the error as a table that tells where it came from. */
const errorHandler = `local debug = debug
function __redis__err__handler(err)
  local info = debug.getinfo(2, 'nSl')
  if info and info.what == 'C' then info = debug.getinfo(3, 'nSl') end
  if type(err) ~= 'table' then err = { err = 'ERR ' .. tostring(err) } end
  if info then
    err['source'] = info.source
    err['line'] = info.currentline
  end
  return err
end`

/** The world that scripts see: what is left of Lua's own libraries, and Redis's, and none of it can be changed. */
export class Sandbox {
  readonly tables: ProtectedTables
  /** The thread that runs scripts, until an error ends it. */
  scriptThread = 0

  constructor(
    private readonly lua: Lua,
    libraries: readonly LuaLibrary[],
  ) {
    this.tables = new ProtectedTables(lua)
    const { c, main: L } = lua
    const own: LuaFunction[] = [c.luaopen_base, c.luaopen_table, c.luaopen_string, c.luaopen_math, c.luaopen_debug]
    for (const open of own) {
      this.pushExport(L, open)
      c.lua_call(L, 0, 0)
    }
    lua.load(L, errorHandler, '@err_handler_def')
    c.lua_call(L, 0, 0)
    c.lua_pushvalue(L, GLOBALS)
    for (const name of REMOVED) {
      c.lua_pushnil(L)
      c.lua_setfield(L, -2, lua.name(name))
    }
    for (const { name, open } of libraries) {
      open(lua, L, this.tables)
      c.lua_setfield(L, -2, lua.name(name))
    }
    this.refuseCompiled(L)
    this.hideThread(L)
    this.tables.teach(L)
    this.guardGlobals(L)
    this.lock(L)
  }

  /** A thread to run scripts on. It lies on the main stack, above the globals, so that it is not collected. */
  get thread(): number {
    const { c, main } = this.lua
    if (this.scriptThread === 0) {
      c.lua_settop(main, 1)
      this.scriptThread = c.lua_newthread(main)
    }
    return this.scriptThread
  }

  /** KEYS and ARGV are the only globals that ever change. */
  setGlobalArray(name: 'KEYS' | 'ARGV', items: readonly string[]): void {
    const { c, main: L } = this.lua
    c.lua_createtable(L, 0, 0)
    for (let at = 0; at < items.length; at++) {
      this.lua.push(L, items[at]!)
      c.lua_rawseti(L, -2, at + 1)
    }
    c.lua_setfield(L, 1, this.lua.name(name))
  }

  /** From here on the globals that code finds are a front; what it hides stays at the bottom of the main stack. */
  private lock(L: number): void {
    const { c } = this.lua
    c.lua_pushvalue(L, -1)
    this.tables.protect(L)
    c.lua_replace(L, GLOBALS)
    this.lua.push(L, '')
    c.lua_getmetatable(L, -1)
    this.tables.protect(L)
    c.lua_settop(L, 1)
  }

  private guardGlobals(L: number): void {
    const { lua } = this
    const { c } = lua
    c.lua_createtable(L, 0, 0)
    lua.setFunction(L, '__index', (state) => {
      if (c.lua_gettop(state) !== 2) lua.fail(state, 'Wrong number of arguments to luaProtectedTableError')
      if (c.lua_isstring(state, -1) === 0) {
        lua.fail(state, 'Second argument to luaProtectedTableError must be a string or number')
      }
      const [name = ''] = lua.read(state, -1)!.split('\0')
      return lua.fail(state, `Script attempted to access nonexistent global variable '${name}'`)
    })
    c.lua_setmetatable(L, -2)
  }

  /**
   * A script runs on a thread, so that it can be interrupted, but must not notice: to scripts, the outermost code is no
   * coroutine, can have no name and cannot yield.
   */
  private hideThread(L: number): void {
    const { lua } = this
    const { c } = lua
    c.lua_getfield(L, -1, lua.name('coroutine'))
    const running = this.original(L, 'running')
    lua.setFunction(L, 'running', (state) => {
      if (state !== this.scriptThread) return running(state)
      c.lua_pushnil(state)
      return 1
    })
    const yieldUp = this.original(L, 'yield')
    lua.setFunction(L, 'yield', (state) => {
      if (state !== this.scriptThread) return yieldUp(state)
      lua.push(state, 'attempt to yield across metamethod/C-call boundary')
      return c.lua_error(state)
    })
    lua.pop(L)
  }

  /** A blank before them makes Lua read such bytes as text, and complain of them as Redis's does. */
  private refuseCompiled(L: number): void {
    const { lua } = this
    const { c } = lua
    const loadString = this.original(L, 'loadstring')
    lua.setFunction(L, 'loadstring', (state) => {
      const code = lua.checkString(state, 1)
      if (!code.startsWith(COMPILED)) return loadString(state)
      c.lua_settop(state, 2)
      if (c.lua_isstring(state, 2) === 0) {
        c.lua_pushvalue(state, 1)
        c.lua_replace(state, 2)
      }
      lua.push(state, ` ${code}`)
      c.lua_replace(state, 1)
      return loadString(state)
    })
    const load = this.original(L, 'load')
    lua.setFunction(L, 'load', (state) => {
      if (c.lua_gettop(state) > 0) {
        c.lua_pushvalue(state, 1)
        lua.pushFunction(state, this.textReader(), 1)
        c.lua_replace(state, 1)
      }
      return load(state)
    })
  }

  /** Gives the pieces that the function in its upvalue gives. */
  private textReader(): LuaFunction {
    const { lua } = this
    let isFirst = true
    return (state) => {
      lua.c.lua_pushvalue(state, upvalue(1))
      lua.c.lua_call(state, 0, 1)
      const piece = isFirst ? lua.read(state, -1) : undefined
      isFirst = false
      if (piece?.startsWith(COMPILED)) lua.push(state, ` ${piece}`)
      return 1
    }
  }

  private original(L: number, name: string): LuaFunction {
    const { c } = this.lua
    c.lua_getfield(L, -1, this.lua.name(name))
    const original = c.__indirect_function_table.get(c.lua_tocfunction(L, -1))
    this.lua.pop(L)
    return original
  }

  private pushExport(L: number, run: LuaFunction): void {
    const { c } = this.lua
    const place = c.__indirect_function_table.grow(1)
    c.__indirect_function_table.set(place, run)
    c.lua_pushcclosure(L, place, 0)
  }
}

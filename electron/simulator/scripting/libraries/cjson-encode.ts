import { formatG } from '../../resp/format-double'
import type { Lua } from '../lua'
import { luaTypes } from '../lua-exports'
import type { ProtectedTables } from '../protected-tables'
import type { JsonConfig } from './cjson-config'

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
}

// eslint-disable-next-line no-control-regex -- they are what is escaped
const SPECIAL = /["\\/\x00-\x1f\x7f]/g

/** Lua's own precision. */
const LUA_PRECISION = 14

/** Writes the value on top of a stack as JSON. */
export class JsonEncoder {
  constructor(
    private readonly lua: Lua,
    private readonly L: number,
    private readonly config: JsonConfig,
    private readonly tables: ProtectedTables,
  ) {}

  encode(depth = 0): string {
    const { lua, L } = this
    const { c } = lua
    switch (c.lua_type(L, -1)) {
      case luaTypes.string:
        return quote(lua.read(L, -1)!)
      case luaTypes.number:
        return this.number(-1)
      case luaTypes.boolean:
        return c.lua_toboolean(L, -1) !== 0 ? 'true' : 'false'
      case luaTypes.nil:
        return 'null'
      case luaTypes.table:
        return this.table(depth + 1)
      case luaTypes.lightUserdata:
        return c.lua_touserdata(L, -1) === 0 ? 'null' : this.refuse(-1, 'type not supported')
      default:
        return this.refuse(-1, 'type not supported')
    }
  }

  private table(depth: number): string {
    const { lua, L } = this
    if (depth > this.config.encodeDepthMax || lua.c.lua_checkstack(L, 3) === 0) {
      lua.fail(L, `Cannot serialise, excessive nesting (${depth})`)
    }
    this.tables.reveal(L, -1)
    const length = this.arrayLength()
    return length > 0 ? this.array(length, depth) : this.object(depth)
  }

  private array(length: number, depth: number): string {
    const { lua, L } = this
    const items: string[] = []
    for (let at = 1; at <= length; at++) {
      lua.c.lua_rawgeti(L, -1, at)
      items.push(this.encode(depth))
      lua.pop(L)
    }
    return `[${items.join(',')}]`
  }

  private object(depth: number): string {
    const { lua, L } = this
    const { c } = lua
    const entries: string[] = []
    c.lua_pushnil(L)
    while (c.lua_next(L, -2) !== 0) {
      const type = c.lua_type(L, -2)
      let key: string
      if (type === luaTypes.number) key = `"${this.number(-2)}"`
      else if (type === luaTypes.string) key = quote(lua.read(L, -2)!)
      else key = this.refuse(-2, 'table key must be a number or string')
      entries.push(`${key}:${this.encode(depth)}`)
      lua.pop(L)
    }
    return `{${entries.join(',')}}`
  }

  /** The greatest key where all keys are whole numbers from 1 up, else -1; holes become null. */
  private arrayLength(): number {
    const { lua, L, config } = this
    const { c } = lua
    let max = 0
    let items = 0
    c.lua_pushnil(L)
    while (c.lua_next(L, -2) !== 0) {
      const key = c.lua_type(L, -2) === luaTypes.number ? c.lua_tonumber(L, -2) : 0
      if (Math.floor(key) !== key || key < 1) {
        lua.pop(L, 2)
        return -1
      }
      max = Math.max(max, key)
      items++
      lua.pop(L)
    }
    if (config.sparseRatio > 0 && max > items * config.sparseRatio && max > config.sparseSafe) {
      if (!config.convertsSparse) this.refuse(-1, 'excessively sparse array')
      return -1
    }
    return max
  }

  private number(index: number): string {
    const { lua, L, config } = this
    const { c } = lua
    const value = c.lua_tonumber(L, index)
    if (!Number.isFinite(value)) return this.invalidNumber(index, value)
    if (config.precision !== LUA_PRECISION) return formatG(value, config.precision)
    // A copy, since reading a number as bytes makes a string of it.
    c.lua_pushnumber(L, value)
    const text = lua.read(L, -1)!
    lua.pop(L)
    return text
  }

  private invalidNumber(index: number, value: number): string {
    if (this.config.encodeInvalid === 0) return this.refuse(index, 'must not be NaN or Inf')
    if (this.config.encodeInvalid === 2) return 'null'
    return formatG(value, this.config.precision)
  }

  private refuse(index: number, why: string): never {
    return this.lua.fail(this.L, `Cannot serialise ${this.lua.typeName(this.L, index)}: ${why}`)
  }
}

function quote(bytes: string): string {
  return `"${bytes.replace(SPECIAL, (byte) => ESCAPES[byte] ?? `\\u${hex(byte.charCodeAt(0))}`)}"`
}

function hex(code: number): string {
  return code.toString(16).padStart(4, '0')
}

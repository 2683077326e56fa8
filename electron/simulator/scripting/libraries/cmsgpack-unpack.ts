import type { Lua } from '../lua'
import { floatAt } from './floats'

/** Why there is no value: the bytes end within it, or begin none. */
export type Problem = 'short' | 'bad'

type Sized = readonly [size: number, kind: 'string' | 'array' | 'map']

/** Codes behind which a length or count stands, with how many bytes that has. */
const SIZED: Readonly<Record<number, Sized>> = {
  0xd9: [1, 'string'],
  0xda: [2, 'string'],
  0xdb: [4, 'string'],
  0xdc: [2, 'array'],
  0xdd: [4, 'array'],
  0xde: [2, 'map'],
  0xdf: [4, 'map'],
}

/** Codes of whole numbers, with their bytes. */
const INTEGERS: Readonly<Record<number, readonly [size: number, isSigned: boolean]>> = {
  0xcc: [1, false],
  0xcd: [2, false],
  0xce: [4, false],
  0xcf: [8, false],
  0xd0: [1, true],
  0xd1: [2, true],
  0xd2: [4, true],
  0xd3: [8, true],
}

/** Reads MessagePack and pushes its values. */
export class Unpacker {
  constructor(
    private readonly lua: Lua,
    private readonly L: number,
    private readonly data: string,
    private at: number,
  ) {}

  get left(): number {
    return this.data.length - this.at
  }

  /** Pushes the next value. */
  push(): Problem | undefined {
    const { lua, L, data } = this
    const { c } = lua
    if (this.left < 1) return 'short'
    c.luaL_checkstack(L, 1, lua.name('too many return values at once; use unpack_one or unpack_limit instead.'))
    const code = data.charCodeAt(this.at)
    if (code <= 0x7f) return this.number(code, 1)
    if (code >= 0xe0) return this.number(code - 256, 1)
    if (code <= 0x8f) return this.map(code & 0xf, 1)
    if (code <= 0x9f) return this.array(code & 0xf, 1)
    if (code <= 0xbf) return this.string(code & 0x1f, 1)
    if (code === 0xc0) {
      c.lua_pushnil(L)
      this.at++
      return undefined
    }
    if (code === 0xc2 || code === 0xc3) {
      c.lua_pushboolean(L, code - 0xc2)
      this.at++
      return undefined
    }
    if (code === 0xca || code === 0xcb) {
      const size = code === 0xca ? 4 : 8
      if (this.left < size + 1) return 'short'
      return this.number(floatAt(data, this.at + 1, size), size + 1)
    }
    const integer = INTEGERS[code]
    if (integer) return this.integer(...integer)
    const sized = SIZED[code]
    return sized ? this.sized(...sized) : 'bad'
  }

  private number(value: number, length: number): undefined {
    this.lua.c.lua_pushnumber(this.L, value)
    this.at += length
  }

  private integer(size: number, isSigned: boolean): Problem | undefined {
    if (this.left < size + 1) return 'short'
    if (size < 8) {
      const value = this.unsigned(size)
      return this.number(isSigned && value >= 2 ** (size * 8 - 1) ? value - 2 ** (size * 8) : value, size + 1)
    }
    const high = BigInt(this.unsignedAt(this.at + 1, 4))
    const bits = (high << 32n) | BigInt(this.unsignedAt(this.at + 5, 4))
    return this.number(Number(isSigned ? BigInt.asIntN(64, bits) : bits), 9)
  }

  private sized(size: number, kind: Sized[1]): Problem | undefined {
    if (this.left < size + 1) return 'short'
    return this[kind](this.unsigned(size), size + 1)
  }

  private string(length: number, header: number): Problem | undefined {
    if (this.left < header + length) return 'short'
    const start = this.at + header
    this.lua.push(this.L, this.data.slice(start, start + length))
    this.at = start + length
    return undefined
  }

  private array(count: number, header: number): Problem | undefined {
    const { L } = this
    const { c } = this.lua
    this.at += header
    c.lua_createtable(L, 0, 0)
    c.luaL_checkstack(L, 1, this.lua.name('in function mp_decode_to_lua_array'))
    for (let at = 1; at <= count; at++) {
      const problem = this.push()
      if (problem) return problem
      c.lua_rawseti(L, -2, at)
    }
    return undefined
  }

  private map(count: number, header: number): Problem | undefined {
    const { L } = this
    const { c } = this.lua
    this.at += header
    c.lua_createtable(L, 0, 0)
    for (let pair = 0; pair < count; pair++) {
      const problem = this.push() ?? this.push()
      if (problem) return problem
      c.lua_settable(L, -3)
    }
    return undefined
  }

  /** The whole number behind the code. */
  private unsigned(size: number): number {
    return this.unsignedAt(this.at + 1, size)
  }

  private unsignedAt(at: number, size: number): number {
    let value = 0
    for (let index = 0; index < size; index++) value = value * 256 + this.data.charCodeAt(at + index)
    return value
  }
}

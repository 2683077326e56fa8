import type { Lua } from '../lua'
import type { LuaLibrary } from '../sandbox'
import { bytesOfFloat, floatAt, reverse, toBits64 } from './floats'

/** Values to bytes as a struct of C has them, by a format: `<`, `>`, `!n`, `x`, `b`, `h`, `l`, `T`, `i`, `f`, `d`, ... */
export const structLibrary: LuaLibrary = {
  name: 'struct',
  open: (lua, L) => {
    lua.c.lua_createtable(L, 0, 0)
    lua.setFunction(L, 'pack', (state) => pack(lua, state))
    lua.setFunction(L, 'unpack', (state) => unpack(lua, state))
    lua.setFunction(L, 'size', (state) => size(lua, state))
  },
}

const MAX_INTEGER_SIZE = 32
const INTEGER_SIZE = 4
const MAX_ALIGN = 8
const INT_MAX = 2 ** 31 - 1
const SIZES: Readonly<Record<string, number>> = { B: 1, b: 1, H: 2, h: 2, L: 8, l: 8, T: 8, f: 4, d: 8, x: 1 }
const INTEGERS = 'bBhHlLTiI'

/** Goes through a format's options with the size and place of each. */
class Format {
  isLittle = true
  option = ''
  size = 0
  private align = 1
  private at = 0
  private readonly text: string

  constructor(
    private readonly lua: Lua,
    private readonly L: number,
  ) {
    this.text = lua.checkString(L, 1).split('\0')[0]!
  }

  next(): boolean {
    if (this.at >= this.text.length) return false
    this.option = this.text[this.at++]!
    this.size = this.sizeOfOption()
    return true
  }

  get isInteger(): boolean {
    return INTEGERS.includes(this.option)
  }

  /** How many bytes to leave out so that the option stands where its size wants it. */
  padding(position: number): number {
    if (this.size === 0 || this.option === 'c') return 0
    const size = Math.min(this.size, this.align)
    return (size - (position & (size - 1))) & (size - 1)
  }

  /** What is no value but says how the next ones are written. */
  control(): void {
    const { lua, L, option } = this
    if (option === ' ') return
    if (option === '>') this.isLittle = false
    else if (option === '<') this.isLittle = true
    else if (option === '!') {
      const align = this.number(MAX_ALIGN)
      if (align <= 0 || (align & (align - 1)) !== 0) lua.fail(L, `alignment ${align} is not a power of 2`)
      this.align = align
    } else lua.failArgument(L, 1, `invalid format option '${option}'`)
  }

  private sizeOfOption(): number {
    if (this.option === 'c') return this.number(1)
    if (this.option !== 'i' && this.option !== 'I') return SIZES[this.option] ?? 0
    const size = this.number(INTEGER_SIZE)
    if (size > MAX_INTEGER_SIZE) {
      this.lua.fail(this.L, `integral size ${size} is larger than limit of ${MAX_INTEGER_SIZE}`)
    }
    return size
  }

  private number(otherwise: number): number {
    const [digits = ''] = /^\d*/.exec(this.text.slice(this.at)) ?? []
    if (digits === '') return otherwise
    this.at += digits.length
    const value = Number(digits)
    if (value > INT_MAX) this.lua.fail(this.L, 'integral size overflow')
    return value
  }
}

function pack(lua: Lua, L: number): number {
  const { c } = lua
  const format = new Format(lua, L)
  // It stands behind the arguments, so one that is missing is nil in what Lua says of it.
  c.lua_pushnil(L)
  let bytes = ''
  let argument = 2
  while (format.next()) {
    bytes += '\0'.repeat(format.padding(bytes.length))
    const { option, size } = format
    if (format.isInteger) bytes += integerBytes(c.luaL_checknumber(L, argument++), size, format.isLittle)
    else if (option === 'x') bytes += '\0'
    else if (option === 'f' || option === 'd') {
      const float = bytesOfFloat(c.luaL_checknumber(L, argument++), option === 'f' ? 4 : 8)
      bytes += format.isLittle ? reverse(float) : float
    } else if (option === 'c' || option === 's') {
      const text = lua.checkString(L, argument++)
      const length = size === 0 ? text.length : size
      if (text.length < length) lua.failArgument(L, argument, 'string too short')
      bytes += text.slice(0, length) + (option === 's' ? '\0' : '')
    } else format.control()
  }
  lua.push(L, bytes)
  return 1
}

function unpack(lua: Lua, L: number): number {
  const { c } = lua
  const format = new Format(lua, L)
  const data = lua.checkString(L, 2)
  let position = c.luaL_optinteger(L, 3, 1) - 1
  if (position < 0) lua.failArgument(L, 3, 'offset must be 1 or greater')
  let results = 0
  while (format.next()) {
    position += format.padding(position)
    const { option } = format
    let { size } = format
    if (position + size > data.length) lua.failArgument(L, 2, 'data string too short')
    c.luaL_checkstack(L, 2, lua.name('too many results'))
    if (format.isInteger) {
      c.lua_pushnumber(L, integerAt(data, position, size, format.isLittle, option === option.toLowerCase()))
      results++
    } else if (option === 'f' || option === 'd') {
      const bytes = data.slice(position, position + size)
      c.lua_pushnumber(L, floatAt(format.isLittle ? reverse(bytes) : bytes, 0, option === 'f' ? 4 : 8))
      results++
    } else if (option === 'c') {
      if (size === 0) {
        if (results === 0 || c.lua_isnumber(L, -1) === 0) lua.fail(L, "format 'c0' needs a previous size")
        size = Math.trunc(c.lua_tonumber(L, -1))
        lua.pop(L)
        results--
        // As unsigned, what is negative is too long.
        if (size < 0 || position + size > data.length) lua.failArgument(L, 2, 'data string too short')
      }
      lua.push(L, data.slice(position, position + size))
      results++
    } else if (option === 's') {
      const end = data.indexOf('\0', position)
      if (end === -1) lua.fail(L, 'unfinished string in data')
      lua.push(L, data.slice(position, end))
      size = end - position + 1
      results++
    } else if (option !== 'x') format.control()
    position += size
  }
  c.lua_pushnumber(L, position + 1)
  return results + 1
}

function size(lua: Lua, L: number): number {
  const format = new Format(lua, L)
  let position = 0
  while (format.next()) {
    position += format.padding(position)
    const { option, size: width } = format
    if (option === 's') lua.failArgument(L, 1, "option 's' has no fixed size")
    if (option === 'c' && width === 0) lua.failArgument(L, 1, "option 'c0' has no fixed size")
    if (!/[A-Za-z0-9]/.test(option)) format.control()
    position += width
  }
  lua.c.lua_pushnumber(L, position)
  return 1
}

function integerBytes(value: number, size: number, isLittle: boolean): string {
  let bits = toBits64(value)
  let bytes = ''
  for (let at = 0; at < size; at++) {
    const byte = String.fromCharCode(Number(bits & 0xffn))
    bytes = isLittle ? bytes + byte : byte + bytes
    bits >>= 8n
  }
  return bytes
}

function integerAt(data: string, position: number, size: number, isLittle: boolean, isSigned: boolean): number {
  let bits = 0n
  for (let at = 0; at < size; at++) {
    const byte = data.charCodeAt(position + (isLittle ? size - 1 - at : at))
    bits = BigInt.asUintN(64, (bits << 8n) | BigInt(byte))
  }
  return Number(isSigned ? BigInt.asIntN(Math.min(size, 8) * 8, bits) : bits)
}

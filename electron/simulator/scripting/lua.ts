import { Buffer } from 'node:buffer'
import { addFunction } from './host-functions'
import { luaTypes, type LuaExports, type LuaFunction } from './lua-exports'
import { instantiateLua } from './lua-instance'
import type { WasmModule } from './web-assembly'

/** Below this many bytes a loop is quicker than the machinery of Buffer. */
const SHORT = 48

/**
 * One Lua interpreter, with its strings as bytes in both directions: a latin1 string has one character a byte, and
 * nothing is ever taken for UTF-8. `c` is Lua's own API, which every function of a library uses on the stack it gets.
 */
export class Lua {
  readonly c: LuaExports
  /** The main `lua_State`. */
  readonly main: number
  private memory: Buffer = Buffer.alloc(0)
  private readonly lengthPointer: number
  private scratch: number
  private scratchBytes = 256
  private readonly names = new Map<string, number>()

  constructor(module: WasmModule) {
    this.c = instantiateLua(module)
    this.lengthPointer = this.c.malloc(8)
    this.scratch = this.c.malloc(this.scratchBytes)
    this.main = this.c.luaL_newstate()
  }

  /** All of Lua's memory, which moves when it grows: never keep it over a call. */
  get bytes(): Buffer {
    const { buffer } = this.c.memory
    if (this.memory.buffer !== buffer) this.memory = Buffer.from(buffer)
    return this.memory
  }

  /** A NUL-terminated string of C that lives as long as the interpreter. For constants. */
  name(text: string): number {
    let pointer = this.names.get(text)
    if (pointer === undefined) {
      pointer = this.c.malloc(text.length + 1)
      this.bytes.write(`${text}\0`, pointer, 'latin1')
      this.names.set(text, pointer)
    }
    return pointer
  }

  push(L: number, bytes: string): void {
    this.c.lua_pushlstring(L, this.lay(bytes), bytes.length)
  }

  /** The string or number at a place of the stack, as bytes; undefined for other values. */
  read(L: number, index: number): string | undefined {
    const pointer = this.c.lua_tolstring(L, index, this.lengthPointer)
    return pointer === 0 ? undefined : this.slice(pointer)
  }

  /** An argument that must be a string; Lua complains itself if it is not. */
  checkString(L: number, argument: number): string {
    return this.slice(this.c.luaL_checklstring(L, argument, this.lengthPointer))
  }

  /** A NUL-terminated string of C. */
  readName(pointer: number): string {
    const { bytes } = this
    return bytes.toString('latin1', pointer, bytes.indexOf(0, pointer))
  }

  /** Reads a chunk and leaves its function on the stack, or what is wrong with it. */
  load(L: number, bytes: string, chunkName: string): boolean {
    return this.c.luaL_loadbuffer(L, this.lay(bytes), bytes.length, this.name(chunkName)) === 0
  }

  pushFunction(L: number, run: LuaFunction, upvalues = 0): void {
    this.c.lua_pushcclosure(L, addFunction(this.c, run), upvalues)
  }

  /** Sets a field of the table on top of the stack to a function of ours. */
  setFunction(L: number, name: string, run: LuaFunction): void {
    this.pushFunction(L, run)
    this.c.lua_setfield(L, -2, this.name(name))
  }

  setNumber(L: number, name: string, value: number): void {
    this.c.lua_pushnumber(L, value)
    this.c.lua_setfield(L, -2, this.name(name))
  }

  setString(L: number, name: string, bytes: string): void {
    this.push(L, bytes)
    this.c.lua_setfield(L, -2, this.name(name))
  }

  /** Raises an error as `luaL_error` does: with the place in the script that called the function. */
  fail(L: number, message: string): never {
    this.c.luaL_where(L, 1)
    this.push(L, message)
    this.c.lua_concat(L, 2)
    return this.c.lua_error(L)
  }

  failArgument(L: number, argument: number, message: string): never {
    this.push(L, message)
    this.c.luaL_argerror(L, argument, this.c.lua_tolstring(L, -1, 0))
    throw new Error('luaL_argerror came back')
  }

  typeName(L: number, index: number): string {
    return this.readName(this.c.lua_typename(L, this.c.lua_type(L, index)))
  }

  isTable(L: number, index: number): boolean {
    return this.c.lua_type(L, index) === luaTypes.table
  }

  pop(L: number, count = 1): void {
    this.c.lua_settop(L, -count - 1)
  }

  /** Puts bytes into memory, where they stay until the next call of this kind. */
  private lay(bytes: string): number {
    const { length } = bytes
    if (length > this.scratchBytes) {
      this.c.free(this.scratch)
      this.scratchBytes = length * 2
      this.scratch = this.c.malloc(this.scratchBytes)
    }
    const memory = this.bytes
    const pointer = this.scratch
    if (length >= SHORT) memory.write(bytes, pointer, 'latin1')
    else for (let at = 0; at < length; at++) memory[pointer + at] = bytes.charCodeAt(at)
    return pointer
  }

  private slice(pointer: number): string {
    const memory = this.bytes
    return memory.toString('latin1', pointer, pointer + memory.readUInt32LE(this.lengthPointer))
  }
}

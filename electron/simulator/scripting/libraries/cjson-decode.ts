import type { Lua } from '../lua'
import type { JsonConfig } from './cjson-config'
import { JsonTokens, type Token } from './cjson-tokens'

/** Reads JSON and pushes its value; what is wrong is an error of Lua's that tells the character. */
export class JsonDecoder {
  private readonly tokens: JsonTokens
  private depth = 0

  constructor(
    private readonly lua: Lua,
    private readonly L: number,
    private readonly text: string,
    private readonly config: JsonConfig,
  ) {
    this.tokens = new JsonTokens(text, config.decodesInvalid)
  }

  decode(): void {
    const { text, lua, L } = this
    if (text.length >= 2 && (text.startsWith('\0') || text[1] === '\0')) {
      lua.fail(L, 'JSON parser does not support UTF-16 or UTF-32')
    }
    this.value(this.tokens.next())
    this.expect(this.tokens.next(), 'T_END', 'the end')
  }

  private value(token: Token): void {
    const { lua, L } = this
    const { c } = lua
    switch (token.type) {
      case 'T_STRING':
        lua.push(L, token.text)
        return
      case 'T_NUMBER':
        c.lua_pushnumber(L, token.number)
        return
      case 'T_BOOLEAN':
        c.lua_pushboolean(L, token.number)
        return
      case 'T_NULL':
        // As nil it would vanish from its table.
        c.lua_pushlightuserdata(L, 0)
        return
      case 'T_OBJ_BEGIN':
        this.object()
        return
      case 'T_ARR_BEGIN':
        this.array()
        return
      default:
        this.refuse(token, 'value')
    }
  }

  private object(): void {
    const { lua, L, tokens } = this
    const { c } = lua
    this.descend(3)
    c.lua_createtable(L, 0, 0)
    let token = tokens.next()
    if (token.type !== 'T_OBJ_END') {
      for (;;) {
        this.expect(token, 'T_STRING', 'object key string')
        lua.push(L, token.text)
        this.expect(tokens.next(), 'T_COLON', 'colon')
        this.value(tokens.next())
        c.lua_rawset(L, -3)
        token = tokens.next()
        if (token.type === 'T_OBJ_END') break
        this.expect(token, 'T_COMMA', 'comma or object end')
        token = tokens.next()
      }
    }
    this.depth--
  }

  private array(): void {
    const { lua, L, tokens } = this
    const { c } = lua
    this.descend(2)
    c.lua_createtable(L, 0, 0)
    let token = tokens.next()
    if (token.type !== 'T_ARR_END') {
      for (let at = 1; ; at++) {
        this.value(token)
        c.lua_rawseti(L, -2, at)
        token = tokens.next()
        if (token.type === 'T_ARR_END') break
        this.expect(token, 'T_COMMA', 'comma or array end')
        token = tokens.next()
      }
    }
    this.depth--
  }

  private descend(slots: number): void {
    const { lua, L } = this
    this.depth++
    if (this.depth <= this.config.decodeDepthMax && lua.c.lua_checkstack(L, slots) !== 0) return
    lua.fail(L, `Found too many nested data structures (${this.depth}) at character ${this.tokens.at}`)
  }

  private expect(token: Token, type: Token['type'], what: string): void {
    if (token.type !== type) this.refuse(token, what)
  }

  private refuse(token: Token, expected: string): never {
    const found = token.type === 'T_ERROR' ? token.text : token.type
    return this.lua.fail(this.L, `Expected ${expected} but found ${found} at character ${token.at + 1}`)
  }
}

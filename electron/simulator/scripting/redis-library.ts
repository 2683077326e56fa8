import { createHash } from 'node:crypto'
import type { Bytes } from '../../../shared/bytes'
import { denialOf } from '../acl/permissions'
import type { RespVersion } from '../resp/encode'
import { formatDouble } from '../resp/format-double'
import type { Lua } from './lua'
import { luaTypes, MULTIPLE_RESULTS, type LuaFunction } from './lua-exports'
import { pushError, pushReply } from './reply-to-lua'
import type { LuaLibrary } from './sandbox'
import { callFromScript, type ScriptRun } from './script-call'
import type { ScriptRandom } from './math-random'

/** What the `redis` library asks of whoever runs scripts. */
export interface ScriptHost {
  /** The script that is running, if one is. */
  readonly run: ScriptRun | undefined
  readonly random: ScriptRandom
  readonly version: { readonly text: string; readonly number: number }
}

const constants = {
  LOG_DEBUG: 0,
  LOG_VERBOSE: 1,
  LOG_NOTICE: 2,
  LOG_WARNING: 3,
  REPL_NONE: 0,
  REPL_AOF: 1,
  REPL_SLAVE: 2,
  REPL_REPLICA: 2,
  REPL_ALL: 3,
}

export function sha1(bytes: string): string {
  return createHash('sha1').update(bytes, 'latin1').digest('hex')
}

/** The `redis` library, and Redis's own `pcall`, `math.random` and `math.randomseed`. */
export function redisLibrary(host: ScriptHost): LuaLibrary {
  return {
    name: 'redis',
    open: (lua, L) => {
      replaceInMath(lua, L, host)
      lua.setFunction(L, 'pcall', (state) => protectedCall(lua, state))
      lua.c.lua_createtable(L, 0, 0)
      for (const [name, run] of Object.entries(functionsOf(lua, host))) lua.setFunction(L, name, run)
      for (const [name, value] of Object.entries(constants)) lua.setNumber(L, name, value)
      lua.setNumber(L, 'REDIS_VERSION_NUM', host.version.number)
      lua.setString(L, 'REDIS_VERSION', host.version.text)
    },
  }
}

function functionsOf(lua: Lua, host: ScriptHost): Readonly<Record<string, LuaFunction>> {
  const { c } = lua
  const raise = (L: number, message: string): never => {
    pushError(lua, L, `ERR ${message}`)
    return c.lua_error(L)
  }
  const running = (L: number, name: string): ScriptRun =>
    host.run ?? raise(L, `${name} can only be called inside a script invocation`)

  const call = (L: number, raises: boolean): number => {
    const run = running(L, 'redis.call/pcall')
    const argv = takeArguments(lua, L)
    if (typeof argv === 'string') {
      pushError(lua, L, `ERR ${argv}`)
      return raises ? c.lua_error(L) : 1
    }
    const reply = callFromScript(run, argv)
    pushReply(lua, L, reply, run.client.resp)
    return raises && reply.kind === 'error' ? c.lua_error(L) : 1
  }

  return {
    call: (L) => call(L, true),
    pcall: (L) => call(L, false),
    sha1hex: (L) => {
      if (c.lua_gettop(L) !== 1) raise(L, 'wrong number of arguments')
      lua.push(L, sha1(lua.read(L, 1) ?? ''))
      return 1
    },
    error_reply: (L) => {
      const text = onlyString(lua, L)
      pushError(lua, L, text === undefined ? 'ERR wrong number or type of arguments' : withCode(text))
      return 1
    },
    status_reply: (L) => {
      if (onlyString(lua, L) === undefined) {
        pushError(lua, L, 'ERR wrong number or type of arguments')
        return 1
      }
      c.lua_createtable(L, 0, 0)
      c.lua_pushvalue(L, -2)
      c.lua_setfield(L, -2, lua.name('ok'))
      return 1
    },
    setresp: (L) => {
      const run = running(L, 'redis.setresp')
      if (c.lua_gettop(L) !== 1) raise(L, 'redis.setresp() requires one argument.')
      const resp = Math.trunc(c.lua_tonumber(L, -1))
      if (resp !== 2 && resp !== 3) raise(L, 'RESP version must be 2 or 3.')
      run.client.resp = resp as RespVersion
      return 0
    },
    set_repl: (L) => {
      const { node } = running(L, 'redis.set_repl')
      if (c.lua_gettop(L) !== 1) raise(L, 'redis.set_repl() requires two arguments.')
      const flags = Math.trunc(c.lua_tonumber(L, -1))
      if ((flags & ~constants.REPL_ALL) !== 0) {
        raise(L, 'Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.')
      }
      node.effects.allowed = flags
      return 0
    },
    acl_check_cmd: (L) => {
      const run = running(L, 'redis.acl_check_cmd')
      const argv = takeArguments(lua, L)
      if (typeof argv === 'string') return raise(L, argv)
      const command = run.node.commands.find(argv)
      if (!command) return raise(L, 'Invalid command passed to redis.acl_check_cmd()')
      c.lua_pushboolean(L, denialOf(run.caller.user, command, argv) ? 0 : 1)
      return 1
    },
    log: (L) => {
      if (c.lua_gettop(L) < 2) raise(L, 'redis.log() requires two arguments or more.')
      if (c.lua_isnumber(L, 1) === 0) raise(L, 'First argument must be a number (log level).')
      const level = Math.trunc(c.lua_tonumber(L, 1))
      if (!(level >= constants.LOG_DEBUG && level <= constants.LOG_WARNING)) raise(L, 'Invalid debug level.')
      return 0
    },
    // There is no debugger to stop in or to tell.
    breakpoint: (L) => {
      c.lua_pushboolean(L, 0)
      return 1
    },
    debug: () => 0,
    replicate_commands: (L) => {
      c.lua_pushboolean(L, 1)
      return 1
    },
  }
}

function onlyString(lua: Lua, L: number): string | undefined {
  const { c } = lua
  return c.lua_gettop(L) === 1 && c.lua_type(L, 1) === luaTypes.string ? lua.read(L, 1) : undefined
}

/** What begins with `-` names its code; so does what has a blank, whatever stands before it. Else it is an ERR. */
function withCode(bytes: string): string {
  const [text = ''] = bytes.split('\0')
  const own = text.startsWith('-') ? text.slice(1) : text
  const blank = own.indexOf(' ')
  const [code, message] = blank === -1 ? ['ERR', own] : [own.slice(0, blank), own.slice(blank + 1)]
  return `${code} ${message.replace(/^[\r\n]+|[\r\n]+$/g, '')}`
}

/** The arguments of a call, taken off the stack, or what is wrong with them. */
function takeArguments(lua: Lua, L: number): Bytes[] | string {
  const { c } = lua
  const count = c.lua_gettop(L)
  if (count === 0) return 'Please specify at least one argument for this redis lib call'
  const argv: Bytes[] = []
  for (let at = 1; at <= count; at++) {
    // Lua itself would leave digits out.
    const argument = c.lua_type(L, at) === luaTypes.number ? numberText(c.lua_tonumber(L, at)) : lua.read(L, at)
    if (argument === undefined) break
    argv.push(argument as Bytes)
  }
  c.lua_settop(L, 0)
  return argv.length === count ? argv : 'Lua redis lib command arguments must be strings or integers'
}

function numberText(value: number): string {
  return Number.isSafeInteger(value) && value !== 0 ? String(value) : formatDouble(value)
}

/** Redis 7 raises errors as tables; `pcall` goes on giving their text, as ever. */
function protectedCall(lua: Lua, L: number): number {
  const { c } = lua
  c.luaL_checkany(L, 1)
  const count = c.lua_gettop(L)
  c.lua_pushboolean(L, 1)
  c.lua_insert(L, 1)
  if (c.lua_pcall(L, count - 1, MULTIPLE_RESULTS, 0) !== 0) {
    c.lua_remove(L, 1)
    if (lua.isTable(L, -1)) {
      c.lua_getfield(L, -1, lua.name('err'))
      if (c.lua_isstring(L, -1) !== 0) c.lua_replace(L, -2)
    }
    c.lua_pushboolean(L, 0)
    c.lua_insert(L, 1)
  }
  return c.lua_gettop(L)
}

function replaceInMath(lua: Lua, L: number, host: ScriptHost): void {
  const { c } = lua
  c.lua_getfield(L, -1, lua.name('math'))
  lua.setFunction(L, 'random', (state) => {
    if (!host.run) lua.fail(state, 'math.random can only be called inside a script invocation')
    const drawn = host.random.next()
    switch (c.lua_gettop(state)) {
      case 0:
        c.lua_pushnumber(state, drawn)
        break
      case 1: {
        const upper = c.luaL_checkinteger(state, 1)
        if (upper < 1) lua.failArgument(state, 1, 'interval is empty')
        c.lua_pushnumber(state, Math.floor(drawn * upper) + 1)
        break
      }
      case 2: {
        const lower = c.luaL_checkinteger(state, 1)
        const upper = c.luaL_checkinteger(state, 2)
        if (lower > upper) lua.failArgument(state, 2, 'interval is empty')
        c.lua_pushnumber(state, Math.floor(drawn * ((upper - lower + 1) | 0)) + lower)
        break
      }
      default:
        lua.fail(state, 'wrong number of arguments')
    }
    return 1
  })
  lua.setFunction(L, 'randomseed', (state) => {
    if (!host.run) lua.fail(state, 'math.randomseed can only be called inside a script invocation')
    host.random.seed(c.luaL_checkinteger(state, 1))
    return 0
  })
  lua.pop(L)
}

import type { Bytes } from '../../../shared/bytes'
import type { Client } from '../node/client'
import { Target } from '../node/effects'
import type { RedisNode } from '../node/redis-node'
import { error, type Reply } from '../resp/reply'
import { libraries } from './libraries/libraries'
import { Lua } from './lua'
import { luaStatus, REGISTRY } from './lua-exports'
import { takeReply } from './lua-to-reply'
import { ScriptRandom } from './math-random'
import { redisLibrary } from './redis-library'
import { Sandbox } from './sandbox'
import { ScriptCache, type CachedScript } from './script-cache'
import type { ScriptRun } from './script-call'
import { ScriptClient } from './script-client'
import { takeError } from './script-error'
import type { WasmModule } from './web-assembly'

/** Gives the compiled WebAssembly of Lua; asked for at the first script. */
export type LuaModule = () => WasmModule

const VERSION = { text: '7.0.15', number: 0x07000f } as const

const writesForbidden = error('ERR Can not execute a script with write flag using *_ro command.')

/**
 * EVAL's interpreter, of which a node has one. It is made at the first script, and SCRIPT FLUSH throws it away. A
 * script runs on a thread of Lua's own, which is used again for the next one unless an error has ended it.
 */
export class Scripting {
  run: ScriptRun | undefined
  cache = new ScriptCache()
  readonly random = new ScriptRandom()
  readonly version = VERSION
  private interpreter: { readonly lua: Lua; readonly sandbox: Sandbox } | undefined
  private client: ScriptClient | undefined

  constructor(
    private readonly node: RedisNode,
    private readonly module: LuaModule | undefined,
  ) {}

  /** The script with this text, compiled now if it is new, or what is wrong with it. */
  load(body: Bytes): CachedScript | Reply {
    return this.cache.findBody(body) ?? this.cache.add(this.start().lua, body)
  }

  /** Runs a script to its end, for a client. */
  execute(caller: Client, script: CachedScript, keys: readonly Bytes[], args: readonly Bytes[], ro: boolean): Reply {
    const isReadOnly = ro || script.flags?.has('no-writes') === true
    if (ro && script.flags && !script.flags.has('no-writes')) return writesForbidden
    const { lua, sandbox } = this.start()
    const client = (this.client ??= new ScriptClient(this.node))
    client.standFor(caller)
    const { node } = this
    this.run = { node, caller, client, sha: script.sha, isReadOnly, hasWritten: false, isKilled: false, isBusy: false }
    try {
      sandbox.setGlobalArray('KEYS', keys)
      sandbox.setGlobalArray('ARGV', args)
      const { c } = lua
      const { thread } = sandbox
      c.lua_rawgeti(thread, REGISTRY, script.reference)
      const status = c.lua_resume(thread, 0)
      if (status !== luaStatus.ok) {
        sandbox.scriptThread = 0
        return takeError(lua, thread, sandbox.tables, script.sha)
      }
      c.lua_settop(thread, 1)
      return takeReply(lua, thread, client.resp, sandbox.tables)
    } finally {
      this.run = undefined
      node.effects.allowed = Target.all
    }
  }

  /** Forgets all scripts: SCRIPT FLUSH. */
  flush(): void {
    this.cache = new ScriptCache()
    this.interpreter = undefined
  }

  private start(): { readonly lua: Lua; readonly sandbox: Sandbox } {
    if (this.interpreter) return this.interpreter
    if (!this.module) throw new Error(`node ${this.node.name} was made without Lua, and was asked to run a script`)
    const lua = new Lua(this.module())
    return (this.interpreter = { lua, sandbox: new Sandbox(lua, [redisLibrary(this), ...libraries]) })
  }
}

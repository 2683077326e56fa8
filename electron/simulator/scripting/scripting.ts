import type { Bytes } from '../../../shared/bytes'
import type { Call } from '../node/command-spec'
import { Target } from '../node/effects'
import type { RedisNode } from '../node/redis-node'
import { errors } from '../node/errors'
import { error, noReply, type Reply } from '../resp/reply'
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
import { ScriptTimer } from './script-timer'
import type { WasmModule } from './web-assembly'

/** Gives the compiled WebAssembly of Lua; asked for at the first script. */
export type LuaModule = () => WasmModule

const VERSION = { text: '7.0.15', number: 0x07000f } as const

const clusterForbidden = error("ERR Can not run script on cluster, 'no-cluster' flag is set.")
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
  readonly timer: ScriptTimer

  constructor(
    private readonly node: RedisNode,
    private readonly module: LuaModule | undefined,
  ) {
    this.timer = new ScriptTimer(node, this)
  }

  /** The script with this text, compiled now if it is new, or what is wrong with it. */
  load(body: Bytes): CachedScript | Reply {
    return this.cache.findBody(body) ?? this.cache.add(this.start().lua, body)
  }

  /** Runs a script for the client that calls it, to its end or until it has to be interrupted. */
  execute({ client: caller, argv }: Call, script: CachedScript, keyCount: number, ro: boolean): Reply {
    const keys = argv.slice(3, 3 + keyCount)
    const args = argv.slice(3 + keyCount)
    const { node } = this
    const isReadOnly = ro || script.flags?.has('no-writes') === true
    // What writes nothing needs no memory. A script without flags may run until it calls what needs some.
    const allowsOom = script.flags?.has('allow-oom') === true || script.flags?.has('no-writes') === true
    if (node.isOutOfMemory && script.flags && !allowsOom) return errors.outOfMemory
    if (ro && script.flags && !script.flags.has('no-writes')) return writesForbidden
    if (node.cluster && script.flags?.has('no-cluster')) return clusterForbidden
    const { lua, sandbox } = this.start()
    const client = (this.client ??= new ScriptClient(this.node))
    client.standFor(caller)
    const { sha } = script
    this.run = {
      node,
      caller,
      client,
      sha,
      isReadOnly,
      allowsOom,
      allowsCrossSlot: script.flags?.has('allow-cross-slot-keys') ?? true,
      hasWritten: false,
      isKilled: false,
      argv,
      tag: node.cause,
    }
    sandbox.setGlobalArray('KEYS', keys)
    sandbox.setGlobalArray('ARGV', args)
    this.timer.begin(lua, sandbox)
    lua.c.lua_rawgeti(sandbox.thread, REGISTRY, script.reference)
    const reply = this.proceed()
    if (reply) return reply
    this.timer.suspend()
    return noReply
  }

  /** Lets the script run on. Gives its reply when it is over, and nothing when it was interrupted. */
  proceed(): Reply | undefined {
    const { lua, sandbox } = this.start()
    const { c } = lua
    const { thread } = sandbox
    const run = this.run!
    let isOver = true
    try {
      const status = c.lua_resume(thread, 0)
      if (status === luaStatus.yield) {
        isOver = false
        return undefined
      }
      if (status !== luaStatus.ok) {
        sandbox.scriptThread = 0
        return takeError(lua, thread, sandbox.tables, run.sha)
      }
      c.lua_settop(thread, 1)
      return takeReply(lua, thread, run.client.resp, sandbox.tables)
    } finally {
      if (isOver) {
        this.run = undefined
        this.node.effects.allowed = Target.all
      }
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
    const sandbox = new Sandbox(lua, [redisLibrary(this), ...libraries])
    this.timer.watch(lua, sandbox)
    return (this.interpreter = { lua, sandbox })
  }
}

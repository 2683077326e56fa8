import type { RedisNode } from '../node/redis-node'
import type { Cancel } from '../ports'
import type { Reply } from '../resp/reply'
import { addFunction } from './host-functions'
import type { Lua } from './lua'
import { pushError } from './reply-to-lua'
import type { Sandbox } from './sandbox'
import type { ScriptRun } from './script-call'

/** What Lua is taken to do in a millisecond: about a tenth of a fast machine, so that ours keeps up everywhere. */
export const INSTRUCTIONS_PER_MS = 10_000
/** How often Lua asks us whether to go on, as in Redis. */
const INSTRUCTIONS_BETWEEN_LOOKS = 100_000
/** A script that needs no longer than this takes no time at all. */
const FREE_MS = 1000
/** After that it runs in parts of this length. */
const PART_MS = 100
/** Where a script cannot be interrupted it may run for so many times as long as `busy-reply-threshold`, and no longer. */
const PATIENCE = 4

const TOO_LONG = 'Script stopped: it ran too long within pcall, a callback or MULTI, where nobody can kill it'

const MASK_LINE = 4
const MASK_COUNT = 8

/** In `lua_State`: calls of C on the stack, and how many of them are below the thread. */
const C_CALLS = 52
const BASE_C_CALLS = 54

/** What a timer needs of whoever runs scripts. */
export interface Interruptible {
  readonly run: ScriptRun | undefined
  proceed(): Reply | undefined
}

/**
 * The time that scripts take. A command takes none in a simulated node, and neither does a script, unless it does so
 * much that a real one would be noticed: time is counted in instructions of Lua, so it is the same in every run. A long
 * script is interrupted and goes on part by part while the world's time catches up with it. Until
 * `busy-reply-threshold` the node is deaf, as Redis is; then others are told BUSY, and SCRIPT KILL is heard.
 */
export class ScriptTimer {
  private instructions = 0
  /** Milliseconds of the script that the clock knows of. */
  private passedMs = 0
  private deadlineMs = 0
  private cancel: Cancel | undefined
  private hook = 0
  /** Why the script must end. */
  private verdict: string | undefined

  constructor(
    private readonly node: RedisNode,
    private readonly host: Interruptible,
  ) {}

  /** Has Lua ask now and then. Threads inherit it from the one that makes them. */
  watch(lua: Lua, sandbox: Sandbox): void {
    this.hook = addFunction(lua.c, (L: number): void => this.look(lua, sandbox, L), 'hook')
    lua.c.lua_sethook(lua.main, this.hook, MASK_COUNT, INSTRUCTIONS_BETWEEN_LOOKS)
  }

  begin({ c }: Lua, { thread }: Sandbox): void {
    if (this.verdict !== undefined) c.lua_sethook(thread, this.hook, MASK_COUNT, INSTRUCTIONS_BETWEEN_LOOKS)
    this.verdict = undefined
    this.instructions = 0
    this.passedMs = 0
    const { thresholdMs } = this
    this.deadlineMs = thresholdMs > 0 ? Math.min(FREE_MS, thresholdMs) : FREE_MS
  }

  /** The script was interrupted for the first time: its client waits, and everybody else. */
  suspend(): void {
    this.host.run!.caller.isInScript = true
    this.node.isFrozen = true
    this.wait()
  }

  stop(): void {
    this.cancel?.()
  }

  private get thresholdMs(): number {
    return this.node.config.number('busy-reply-threshold')
  }

  private get workedMs(): number {
    return this.instructions / INSTRUCTIONS_PER_MS
  }

  private look(lua: Lua, sandbox: Sandbox, L: number): void {
    const { c } = lua
    const { run } = this.host
    if (!run) return
    this.instructions += INSTRUCTIONS_BETWEEN_LOOKS
    if (run.isKilled) this.verdict = 'Script killed by user with SCRIPT KILL...'
    if (this.verdict === undefined && this.workedMs >= this.deadlineMs) {
      if (this.isInterruptible(lua, sandbox, L, run)) c.lua_yield(L, 0)
      else if (this.workedMs > PATIENCE * Math.max(this.thresholdMs, FREE_MS)) this.verdict = TOO_LONG
    }
    if (this.verdict === undefined) return
    // From now on at every line, so that no pcall goes on after it.
    c.lua_sethook(L, this.hook, MASK_LINE, 0)
    pushError(lua, L, `ERR ${this.verdict}`)
    c.lua_error(L)
  }

  /** Lua gives up a thread only where none of C's functions is on its stack. */
  private isInterruptible({ bytes }: Lua, { scriptThread }: Sandbox, L: number, { caller }: ScriptRun): boolean {
    if (L !== scriptThread || caller.isExecuting) return false
    return bytes.readUInt16LE(L + C_CALLS) === bytes.readUInt16LE(L + BASE_C_CALLS)
  }

  /** Lets the world's time catch up with what the script has done. */
  private wait(): void {
    const delayMs = this.workedMs - this.passedMs
    this.passedMs = this.workedMs
    this.cancel = this.node.clock.after(delayMs * 1000, () => this.goOn())
  }

  private goOn(): void {
    const { node, host } = this
    const run = host.run!
    node.turn(() => {
      if (this.thresholdMs > 0 && this.passedMs >= this.thresholdMs) this.thaw()
      const { current, cause } = node
      node.current = run.caller
      node.cause = run.tag
      this.deadlineMs = this.passedMs + PART_MS
      const reply = host.proceed()
      if (reply) this.end(run, reply)
      else this.wait()
      node.current = current
      node.cause = cause
      if (reply) this.thaw()
    })
  }

  /** What else belongs to a command that has run. */
  private end({ caller, argv, tag }: ScriptRun, reply: Reply): void {
    const { node } = this
    const command = caller.lastCommand!
    caller.isInScript = false
    if (!caller.isClosed) caller.reply(reply, tag)
    node.countCall(caller, command, argv)
    if (reply.kind === 'error' && !reply.isCounted) {
      command.failedCalls++
      node.stats.countError(reply.text)
    }
    node.tracking.tellPending(caller)
    if (node.effects.isOn) node.effects.endUnit()
    caller.endCommand()
    if (node.blocking.hasReadyKeys) node.blocking.serve()
    if (!caller.isClosed) caller.readCommands()
  }

  /** Listens to the clients again. */
  private thaw(): void {
    const { node } = this
    if (!node.isFrozen) return
    node.isFrozen = false
    for (const client of [...node.clients.values()]) client.readCommands()
  }
}

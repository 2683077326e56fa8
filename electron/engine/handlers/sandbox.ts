/**
 * Runs a user's JavaScript where it can reach nothing but what it is given: a QuickJS interpreter in WebAssembly, with
 * limits of memory, of stack and of work. Work is counted in the interpreter's own steps and not in time, so that a
 * handler is stopped at the same place in every run.
 */
import variant from '@jitl/quickjs-singlefile-cjs-release-sync'
import {
  newQuickJSWASMModuleFromVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core'
import { EventyardError } from '../../../shared/errors'
import { prelude } from './prelude'

/** What handlers may do. What they say comes as plain data, and so does what they are told. */
export interface HandlerHost {
  /** A Redis command: its words, and its reply as texts, numbers, lists and null. */
  call(words: readonly (string | number)[]): Promise<unknown>
  sleep(ms: number): Promise<void>
  acknowledge(): Promise<void>
  log(text: string): void
  /** From 0 up to, not including, 1. */
  random(): number
}

const MEMORY_BYTES = 32 * 1024 * 1024
// Below what V8 has for WebAssembly: QuickJS has to notice first.
const STACK_BYTES = 128 * 1024
/** QuickJS asks about every 10,000 steps whether to go on: so often it may between two waits. */
const CHECKS_MAX = 1_000

let loading: Promise<QuickJSWASMModule> | undefined
let loaded: QuickJSWASMModule | undefined

/** Makes the interpreter ready; before any time of a run has passed, since loading it takes the machine's. */
export async function loadInterpreter(): Promise<void> {
  loaded ??= await (loading ??= newQuickJSWASMModuleFromVariant(variant))
}

export class Sandbox {
  private readonly vm: QuickJSContext
  private readonly main: QuickJSHandle
  private checks = 0
  private isOver = false
  private running = 0
  private isBroken = false

  /** Throws `handler.invalid` where the code is no JavaScript. */
  constructor(
    private readonly actor: string,
    code: string,
    private readonly host: HandlerHost,
  ) {
    if (!loaded) throw new Error('the interpreter is not loaded')
    this.vm = loaded.newContext()
    const { runtime } = this.vm
    runtime.setMemoryLimit(MEMORY_BYTES)
    runtime.setMaxStackSize(STACK_BYTES)
    runtime.setInterruptHandler(() => ++this.checks > CHECKS_MAX)
    this.offer()
    this.evaluate(prelude, 'prelude.js').dispose()
    // On one line with the code, so that the lines of an error are the user's own.
    this.main = this.evaluate(`(async (message) => { ${code}\n})`, 'handler.js')
  }

  /** Runs the handler once. Rejects with what it threw, in words. */
  async run(message: Readonly<Record<string, string | number>>): Promise<void> {
    const { vm } = this
    this.checks = 0
    // Until it has come back in good order nobody knows what it still holds.
    this.running++
    const argument = this.json(message)
    const called = vm.callFunction(this.main, vm.undefined, argument)
    argument.dispose()
    const promise = vm.unwrapResult(called)
    const settled = vm.resolvePromise(promise)
    promise.dispose()
    this.turn()
    const result = await settled
    this.running--
    if (this.isOver) throw new Error('the handler was stopped')
    if (!result.error) {
      result.value.dispose()
      return
    }
    const problem = problemIn(vm.dump(result.error))
    result.error.dispose()
    this.isBroken ||= /InternalError|RangeError|stack|too long|memory|^null/.test(problem)
    throw new Error(problem)
  }

  dispose(): void {
    if (this.isOver) return
    this.isOver = true
    // QuickJS ends the whole WebAssembly module when somebody still holds something, as a handler does that was cut off
    // in the middle or ran out of memory or stack. Such a one is left where it is until the thread ends.
    if (this.running > 0 || this.isBroken) return
    this.main.dispose()
    this.vm.dispose()
  }

  /** Lets what became ready inside go on. */
  private turn(): void {
    if (this.isOver) return
    this.checks = 0
    const ran = this.vm.runtime.executePendingJobs()
    ran.error?.dispose()
  }

  private evaluate(code: string, file: string): QuickJSHandle {
    const result = this.vm.evalCode(code, file)
    if (!result.error) return result.value
    const problem = problemIn(this.vm.dump(result.error))
    result.error.dispose()
    this.vm.dispose()
    throw new EventyardError('handler.invalid', { actor: this.actor, problem })
  }

  /** The one way out: a function that takes a name and JSON, and gives a promise of JSON. */
  private offer(): void {
    const { vm, host } = this
    const ask = vm.newFunction('ask', (nameHandle, wordsHandle) => {
      const name = vm.getString(nameHandle)
      const words = JSON.parse(vm.getString(wordsHandle)) as readonly (string | number)[]
      const promise = vm.newPromise()
      const settle = (run: () => void) => {
        if (this.isOver) return
        run()
        this.turn()
      }
      this.carryOut(name, words).then(
        (value) =>
          settle(() => {
            const handle = vm.newString(JSON.stringify(value ?? null))
            promise.resolve(handle)
            handle.dispose()
          }),
        (error: unknown) =>
          settle(() => {
            const handle = vm.newError(error instanceof Error ? error.message : String(error))
            promise.reject(handle)
            handle.dispose()
          }),
      )
      return promise.handle
    })
    vm.setProp(vm.global, '__ask', ask)
    ask.dispose()
    const log = vm.newFunction('log', (text) => {
      host.log(vm.getString(text).slice(0, LOG_MAX))
    })
    vm.setProp(vm.global, '__log', log)
    log.dispose()
    const random = vm.newFunction('random', () => vm.newNumber(host.random()))
    vm.setProp(vm.global, '__random', random)
    random.dispose()
  }

  private async carryOut(name: string, words: readonly (string | number)[]): Promise<unknown> {
    switch (name) {
      case 'call':
        return this.host.call(words)
      case 'sleep':
        return this.host.sleep(Number(words[0]))
      case 'ack':
        return this.host.acknowledge()
      default:
        throw new Error(`a handler cannot ask for ${name}`)
    }
  }

  private json(value: unknown): QuickJSHandle {
    return this.evaluate(`(${JSON.stringify(value)})`, 'message.js')
  }
}

const LOG_MAX = 10_000

function problemIn(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error)
  const { name = 'Error', message = '', stack = '' } = error as { name?: string; message?: string; stack?: string }
  if (message === 'interrupted') return 'it worked too long without a pause'
  const line = /handler\.js:(\d+)/.exec(stack)?.[1]
  return `${name === 'Error' ? '' : `${name}: `}${message}${line === undefined ? '' : ` (line ${line})`}`
}

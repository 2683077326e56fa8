import { Buffer } from 'node:buffer'
import type { LuaExports } from './lua-exports'
import { WebAssembly, type WasmModule } from './web-assembly'

/** What emscripten throws in place of C's `longjmp`; everything else that comes out of a call is a fault of ours. */
const LONGJMP = Infinity

const PAGE_BYTES = 65536

/**
 * Makes an instance of Lua from its compiled WebAssembly, with nothing of the machine behind it: no clock, no files, no
 * environment, and `longjmp` by exceptions, which is what its build expects. Same calls, same memory, byte for byte.
 */
export function instantiateLua(module: WasmModule): LuaExports {
  const imports: Record<string, Record<string, unknown>> = {}
  for (const { module: space, name } of WebAssembly.Module.imports(module)) {
    const own = hostFunctions(() => lua)[name]
    ;(imports[space] ??= {})[name] = own ?? (() => FAILED)
  }
  const lua = new WebAssembly.Instance(module, imports).exports as unknown as LuaExports
  lua.emscripten_stack_init()
  lua.__wasm_call_ctors()
  return lua
}

/** What a system call answers that there is no system for: -EPERM, and C's -1. */
const FAILED = -1

function hostFunctions(lua: () => LuaExports): Readonly<Record<string, (...args: number[]) => unknown>> {
  return {
    invoke_vii(functionIndex, first, second) {
      const { stackSave, stackRestore, setThrew, __indirect_function_table: table } = lua()
      const stack = stackSave()
      try {
        ;(table.get(functionIndex!) as (...args: unknown[]) => unknown)(first, second)
      } catch (thrown) {
        stackRestore(stack)
        if (thrown !== LONGJMP) throw thrown
        setThrew(1, 0)
      }
    },
    _emscripten_throw_longjmp() {
      throw LONGJMP
    },
    emscripten_memcpy_js(to, from, length) {
      Buffer.from(lua().memory.buffer).copyWithin(to!, from!, from! + length!)
    },
    emscripten_resize_heap(bytes) {
      const { memory } = lua()
      try {
        memory.grow(Math.ceil((bytes! - memory.buffer.byteLength) / PAGE_BYTES))
        return 1
      } catch {
        // Lua says "not enough memory" then.
        return 0
      }
    },
    environ_sizes_get: () => 0,
    environ_get: () => 0,
    exit(code) {
      throw new Error(`Lua gave up with code ${code}: it ran out of memory outside of any script`)
    },
  }
}

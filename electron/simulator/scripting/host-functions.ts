import type { LuaExports, LuaFunction } from './lua-exports'
import { WebAssembly, type WasmModule } from './web-assembly'

/** The WebAssembly module `(import "e" "f" (func ...)) (export "f" (func 0))`, which makes JavaScript callable for C. */
function wrapper(type: readonly number[]): Uint8Array {
  const magic = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  const types = [1, type.length + 1, 1, ...type]
  return Uint8Array.from([...magic, ...types, 2, 7, 1, 1, 0x65, 1, 0x66, 0, 0, 7, 5, 1, 1, 0x66, 0, 0])
}

const I32 = 0x7f
const types = {
  /** `int (*)(lua_State *)`. */
  function: [0x60, 1, I32, 1, I32],
  /** `void (*)(lua_State *, lua_Debug *)`. */
  hook: [0x60, 2, I32, I32, 0],
} as const

const modules = new Map<keyof typeof types, WasmModule>()

/** Puts a function of ours where Lua can call it, and gives its place in the table, which to C is its address. */
export function addFunction(
  { __indirect_function_table: table }: LuaExports,
  run: LuaFunction | ((L: number, record: number) => void),
  type: keyof typeof types = 'function',
): number {
  let module = modules.get(type)
  if (!module) modules.set(type, (module = new WebAssembly.Module(wrapper(types[type]))))
  const place = table.grow(1)
  table.set(place, new WebAssembly.Instance(module, { e: { f: run } }).exports['f'])
  return place
}

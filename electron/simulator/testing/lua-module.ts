import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { WebAssembly, type WasmModule } from '../scripting/web-assembly'

let module: WasmModule | undefined

/** Lua for a node in a test, from its package. */
export function luaModule(): WasmModule {
  const path = createRequire(import.meta.url).resolve('wasmoon-lua5.1/dist/liblua5.1.wasm')
  return (module ??= new WebAssembly.Module(readFileSync(path)))
}

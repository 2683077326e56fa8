import { Buffer } from 'node:buffer'
import { WebAssembly, type WasmModule } from '../../simulator/scripting/web-assembly'
// Within the bundle, so that there is no file to look for in a packaged app.
import lua from 'wasmoon-lua5.1/dist/liblua5.1.wasm?url&inline'

let module: WasmModule | undefined

/** Lua 5.1 as WebAssembly, compiled when the first script of the process needs it. */
export function luaModule(): WasmModule {
  return (module ??= new WebAssembly.Module(Buffer.from(lua.slice(lua.indexOf(',') + 1), 'base64')))
}

/** Compiled WebAssembly. */
export interface WasmModule {
  readonly kind?: 'WebAssembly.Module'
}

interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>
}

interface WebAssemblyApi {
  readonly Module: {
    new (bytes: Uint8Array): WasmModule
    imports(module: WasmModule): readonly { readonly module: string; readonly name: string }[]
  }
  readonly Instance: new (
    module: WasmModule,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => WasmInstance
}

/** The part of WebAssembly's API that we use; Node's types leave it to the DOM's. */
export const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }

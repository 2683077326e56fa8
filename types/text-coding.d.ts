/**
 * TextEncoder and TextDecoder exist in Node and in the window, but TypeScript ships them only with the DOM. `shared` gets
 * these two and nothing else of the DOM, so that a module which needs more does not compile there.
 */
declare class TextEncoder {
  readonly encoding: string
  encode(input?: string): Uint8Array<ArrayBuffer>
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number }
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean })
  readonly encoding: string
  decode(input?: ArrayBufferLike | ArrayBufferView, options?: { stream?: boolean }): string
}

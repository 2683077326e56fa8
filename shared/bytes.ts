/**
 * Keys, values and channels are bytes. Inside Eventyard they travel as strings with one character a byte (latin1):
 * cheap Map keys, cheap slices. The brand keeps them apart from text that a person reads or typed.
 */
export type Bytes = string & { readonly bytes: unique symbol }

const encoder = new TextEncoder()
const strict = new TextDecoder('utf-8', { fatal: true })

const { charCodeAt } = String.prototype

/**
 * `text.charCodeAt(at)` for places that see every kind of string V8 has (cut, joined, interned, ...): there the method
 * itself would be looked up anew for each character.
 */
export function codeAt(text: string, at: number): number {
  return charCodeAt.call(text, at)
}

/** The UTF-8 bytes of text that a person typed. */
export function bytesOf(text: string): Bytes {
  // Nearly all text is ASCII, whose UTF-8 bytes are its own characters.
  if (isAscii(text)) return text as Bytes
  return latin1Of(encoder.encode(text))
}

/** What a person reads: UTF-8 where the bytes are valid UTF-8, else redis-cli's escapes (`\xff`). */
export function textOf(bytes: string): string {
  if (isAscii(bytes)) return bytes
  const octets = Uint8Array.from(bytes, (character) => character.charCodeAt(0))
  try {
    return strict.decode(octets)
  } catch {
    return escapeBytes(bytes)
  }
}

/** Bytes as redis-cli prints them inside quotes. */
export function escapeBytes(bytes: string): string {
  if (!/[^ !#-[\]-~]/.test(bytes)) return bytes
  let text = ''
  for (const character of bytes) {
    const code = character.charCodeAt(0)
    if (code === 0x5c) text += '\\\\'
    else if (code === 0x22) text += '\\"'
    else if (code === 0x0a) text += '\\n'
    else if (code === 0x0d) text += '\\r'
    else if (code === 0x09) text += '\\t'
    else if (code === 0x07) text += '\\a'
    else if (code === 0x08) text += '\\b'
    else if (code < 0x20 || code > 0x7e) text += `\\x${code.toString(16).padStart(2, '0')}`
    else text += character
  }
  return text
}

function latin1Of(octets: Uint8Array): Bytes {
  let bytes = ''
  for (const octet of octets) bytes += String.fromCharCode(octet)
  return bytes as Bytes
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false
  return true
}

const view = new DataView(new ArrayBuffer(8))

/** The bytes of a number, the most significant first. */
export function bytesOfFloat(value: number, size: 4 | 8): string {
  if (size === 4) view.setFloat32(0, value)
  else view.setFloat64(0, value)
  let bytes = ''
  for (let at = 0; at < size; at++) bytes += String.fromCharCode(view.getUint8(at))
  return bytes
}

/** The reverse of `bytesOfFloat`, from a place in a string. */
export function floatAt(bytes: string, at: number, size: 4 | 8): number {
  for (let index = 0; index < size; index++) view.setUint8(index, bytes.charCodeAt(at + index))
  return size === 4 ? view.getFloat32(0) : view.getFloat64(0)
}

/** As a cast to a 64-bit integer does it on x86, as the 64 bits themselves. */
export function toBits64(value: number): bigint {
  if (Number.isNaN(value) || value >= 2 ** 64 || value < -(2 ** 63)) return 2n ** 63n
  return BigInt.asUintN(64, BigInt(Math.trunc(value)))
}

export function reverse(bytes: string): string {
  let reversed = ''
  for (let at = bytes.length - 1; at >= 0; at--) reversed += bytes[at]!
  return reversed
}

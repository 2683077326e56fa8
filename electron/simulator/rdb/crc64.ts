/**
 * The checksum of RDB files and of DUMP: the CRC-64 with the polynomial that Jones found, all bits reflected, which
 * begins with 0 and is not inverted. Kept in two halves of 32 bits, since a bigint a byte would be slow.
 */
export class Crc64 {
  private low = 0
  private high = 0

  update(bytes: Uint8Array): this {
    let { low, high } = this
    for (let at = 0; at < bytes.length; at++) {
      const index = (low ^ bytes[at]!) & 0xff
      low = ((low >>> 8) | (high << 24)) ^ lowTable[index]!
      high = (high >>> 8) ^ highTable[index]!
    }
    this.low = low
    this.high = high
    return this
  }

  get value(): bigint {
    return (BigInt(this.high >>> 0) << 32n) | BigInt(this.low >>> 0)
  }
}

const REFLECTED_POLYNOMIAL = 0x95ac9329ac4bc9b5n
const lowTable = new Int32Array(256)
const highTable = new Int32Array(256)
for (let byte = 0; byte < 256; byte++) {
  let crc = BigInt(byte)
  for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ REFLECTED_POLYNOMIAL : crc >> 1n
  lowTable[byte] = Number(crc & 0xffffffffn) | 0
  highTable[byte] = Number(crc >> 32n) | 0
}

/**
 * The two icon containers, which both simply hold PNGs.
 *
 * @typedef {{ size: number, png: Buffer }} Picture
 */

/** Windows: a directory of pictures, then the pictures. @param {readonly Picture[]} pictures */
export function icoFile(pictures) {
  const head = Buffer.alloc(6 + pictures.length * 16)
  head.writeUInt16LE(1, 2) // an icon, not a cursor
  head.writeUInt16LE(pictures.length, 4)
  let offset = head.length
  pictures.forEach(({ size, png }, index) => {
    const at = 6 + index * 16
    head.writeUInt8(size % 256, at) // 0 stands for 256
    head.writeUInt8(size % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(png.length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += png.length
  })
  return Buffer.concat([head, ...pictures.map(({ png }) => png)])
}

/** macOS: a chunk per picture, named after its size. @param {readonly Picture[]} pictures */
export function icnsFile(pictures) {
  /** @type {Readonly<Record<number, string>>} */
  const names = { 16: 'icp4', 32: 'icp5', 64: 'icp6', 128: 'ic07', 256: 'ic08', 512: 'ic09', 1024: 'ic10' }
  const chunks = pictures.flatMap(({ size, png }) => (names[size] ? [chunk(names[size], png)] : []))
  return chunk('icns', Buffer.concat(chunks))
}

/** @param {string} name @param {Buffer} content */
function chunk(name, content) {
  const head = Buffer.alloc(8)
  head.write(name, 0, 'latin1')
  head.writeUInt32BE(content.length + 8, 4)
  return Buffer.concat([head, content])
}

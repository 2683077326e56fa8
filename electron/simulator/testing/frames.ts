import { Buffer } from 'node:buffer'
import type { Random } from '../ports'

const words = [
  'PING',
  'GET',
  'ECHO',
  'a',
  'key',
  '',
  'good day',
  '\x00',
  '\r\n',
  '*3\r\n',
  '$5\r\n',
  '"',
  "'",
  '\\x41',
  '\xff\xfe',
]

/** A command as a client would send it, or as a person types it. */
function wholeFrame(random: Random): string {
  const argv = Array.from({ length: random.integer(1, 5) }, () => words[random.integer(0, words.length - 1)]!)
  if (random.float() < 0.75) {
    return `*${argv.length}\r\n${argv.map((argument) => `$${argument.length}\r\n${argument}\r\n`).join('')}`
  }
  return `${argv.join(' ')}${random.float() < 0.5 ? '\r\n' : '\n'}`
}

const strange = [
  '\r',
  '\n',
  '\r\n',
  '\0',
  '*',
  '$',
  '-',
  '-1',
  '0',
  '00',
  '+',
  ':',
  '99999999999',
  '2147483648',
  ' ',
  '"',
  "'",
  'x',
]

/** Bytes taken out, put in, changed or doubled. */
function corrupt(frame: string, random: Random): string {
  const at = random.integer(0, frame.length)
  const end = Math.min(frame.length, at + random.integer(0, 4))
  switch (random.integer(0, 4)) {
    case 0:
      return frame.slice(0, at) + frame.slice(end)
    case 1:
      return frame.slice(0, at) + strange[random.integer(0, strange.length - 1)]! + frame.slice(at)
    case 2:
      return frame.slice(0, at) + strange[random.integer(0, strange.length - 1)]! + frame.slice(end)
    case 3:
      return frame.slice(0, at) + String.fromCharCode(random.integer(0, 255)) + frame.slice(at + 1)
    default:
      return frame.slice(0, end) + frame.slice(at)
  }
}

/** A frame that is right, or wrong in up to three places. */
export function randomFrame(random: Random, corruption = 0.5): Buffer {
  let frame = wholeFrame(random)
  for (let count = 0; count < 3 && random.float() < corruption; count++) frame = corrupt(frame, random)
  return Buffer.from(frame, 'latin1')
}

/** The same bytes in pieces. */
export function split(bytes: Buffer, random: Random): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + random.integer(1, 12))
    pieces.push(bytes.subarray(at, end))
    at = end
  }
  return pieces
}

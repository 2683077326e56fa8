/**
 * Splits a line into arguments as Redis does for inline commands and for configuration values: words between blanks,
 * "double quotes" with escapes, 'single quotes' with \' only. Gives undefined when quotes do not balance.
 */
export function splitArguments(line: string): string[] | undefined {
  const words: string[] = []
  let at = 0
  for (;;) {
    while (at < line.length && isSpace(line.charCodeAt(at))) at++
    // A NUL ends a C string, so what follows it on the line is not seen.
    if (at >= line.length || line[at] === '\0') return words
    const word = readWord(line, at)
    if (word === undefined) return undefined
    words.push(word.text)
    at = word.end
  }
}

function readWord(line: string, start: number): { text: string; end: number } | undefined {
  let text = ''
  let at = start
  for (;;) {
    const character = line[at]
    // Vertical tab and form feed separate words only where a word has not begun yet.
    if (character === undefined || ' \n\r\t\0'.includes(character)) return { text, end: at }
    if (character === '"' || character === "'") {
      const quoted = character === '"' ? readDoubleQuoted(line, at + 1) : readSingleQuoted(line, at + 1)
      if (quoted === undefined) return undefined
      // A closing quote must be followed by a blank or by nothing at all, and it ends the word.
      if (quoted.end < line.length && !isSpace(line.charCodeAt(quoted.end)) && line[quoted.end] !== '\0') {
        return undefined
      }
      return { text: text + quoted.text, end: quoted.end }
    }
    text += character
    at++
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' }

function readDoubleQuoted(line: string, start: number): { text: string; end: number } | undefined {
  let text = ''
  let at = start
  for (;;) {
    const character = line[at]
    if (character === undefined || character === '\0') return undefined
    if (character === '"') return { text, end: at + 1 }
    if (character === '\\' && /^x[0-9a-fA-F]{2}/.test(line.slice(at + 1, at + 4))) {
      text += String.fromCharCode(parseInt(line.slice(at + 2, at + 4), 16))
      at += 4
    } else if (character === '\\' && line[at + 1] !== undefined && line[at + 1] !== '\0') {
      text += ESCAPES[line[at + 1]!] ?? line[at + 1]
      at += 2
    } else {
      text += character
      at++
    }
  }
}

function readSingleQuoted(line: string, start: number): { text: string; end: number } | undefined {
  let text = ''
  let at = start
  for (;;) {
    const character = line[at]
    if (character === undefined || character === '\0') return undefined
    if (character === "'") return { text, end: at + 1 }
    if (character === '\\' && line[at + 1] === "'") {
      text += "'"
      at += 2
    } else {
      text += character
      at++
    }
  }
}

/** C's isspace. */
export function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d)
}

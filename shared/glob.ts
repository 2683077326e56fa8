/**
 * Redis's own glob: `*`, `?`, `[a-c]`, `[^a]`, and `\` to quote. It works on bytes and has quirks that people rely on:
 * an unclosed `[` runs to the end of the pattern, `[c-a]` means `[a-c]`, and a `\` at the end matches itself.
 */
export function globMatches(pattern: string, text: string, ignoreCase = false): boolean {
  if (ignoreCase) return matches(foldCase(pattern), 0, foldCase(text), 0, { isHopeless: false })
  return matches(pattern, 0, text, 0, { isHopeless: false })
}

/**
 * `search` ends the search early: once what follows a `*` failed against every rest of the text, an outer `*` taking
 * more of the text cannot help, and without this `a*a*a*a*b` would take exponential time.
 */
function matches(pattern: string, p: number, text: string, t: number, search: { isHopeless: boolean }): boolean {
  while (p < pattern.length && t < text.length) {
    switch (pattern.charCodeAt(p)) {
      case ASTERISK: {
        while (pattern.charCodeAt(p + 1) === ASTERISK) p++
        if (p + 1 === pattern.length) return true
        while (t < text.length) {
          if (matches(pattern, p + 1, text, t, search)) return true
          if (search.isHopeless) return false
          t++
        }
        search.isHopeless = true
        return false
      }
      case QUESTION_MARK:
        t++
        break
      case OPEN_BRACKET: {
        const range = matchRange(pattern, p + 1, text.charCodeAt(t))
        if (!range.isMatch) return false
        t++
        p = range.end
        break
      }
      default:
        if (pattern.charCodeAt(p) === BACKSLASH && p + 1 < pattern.length) p++
        if (pattern.charCodeAt(p) !== text.charCodeAt(t)) return false
        t++
    }
    p++
    if (t >= text.length) {
      while (pattern.charCodeAt(p) === ASTERISK) p++
      break
    }
  }
  return p >= pattern.length && t >= text.length
}

/** `start` is behind the bracket; `end` is the place of the closing one, or the pattern's last character. */
function matchRange(pattern: string, start: number, code: number): { isMatch: boolean; end: number } {
  let at = start
  const isNegated = pattern.charCodeAt(at) === CARET
  if (isNegated) at++
  let isMatch = false
  for (;;) {
    if (pattern.charCodeAt(at) === BACKSLASH && pattern.length - at >= 2) {
      at++
      if (pattern.charCodeAt(at) === code) isMatch = true
    } else if (pattern.charCodeAt(at) === CLOSE_BRACKET) {
      break
    } else if (at >= pattern.length) {
      at--
      break
    } else if (pattern.length - at >= 3 && pattern.charCodeAt(at + 1) === DASH) {
      const first = pattern.charCodeAt(at)
      const last = pattern.charCodeAt(at + 2)
      at += 2
      if (code >= Math.min(first, last) && code <= Math.max(first, last)) isMatch = true
    } else if (pattern.charCodeAt(at) === code) {
      isMatch = true
    }
    at++
  }
  return { isMatch: isMatch !== isNegated, end: at }
}

const ASTERISK = 0x2a
const QUESTION_MARK = 0x3f
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const BACKSLASH = 0x5c
const CARET = 0x5e
const DASH = 0x2d

function foldCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

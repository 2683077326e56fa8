/**
 * Redis's own pattern rules (`stringmatchlen`): `*`, `?`, `[abc]`, `[^abc]`, `[a-z]` and `\` before any character.
 * Both sides are bytes, one character a byte.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  return matchesAt(pattern, 0, text, 0)
}

function matchesAt(pattern: string, p: number, text: string, t: number): boolean {
  while (p < pattern.length) {
    const sign = pattern[p]!
    if (sign === '*') {
      while (pattern[p + 1] === '*') p++
      if (p + 1 === pattern.length) return true
      for (let from = t; from <= text.length; from++) if (matchesAt(pattern, p + 1, text, from)) return true
      return false
    }
    if (t >= text.length) return false
    if (sign === '[') {
      const set = matchesSet(pattern, p + 1, text.charCodeAt(t))
      if (!set.matches) return false
      p = set.end
    } else if (sign === '\\' && p + 1 < pattern.length) {
      if (pattern[++p] !== text[t]) return false
    } else if (sign !== '?' && sign !== text[t]) {
      return false
    }
    p++
    t++
  }
  return t === text.length
}

/** Whether a character is in the set that begins after `[`, and where the set ends. An open set ends with the pattern. */
function matchesSet(pattern: string, from: number, code: number): { matches: boolean; end: number } {
  let p = from
  const isNegated = pattern[p] === '^'
  if (isNegated) p++
  let isIn = false
  for (; p < pattern.length && pattern[p] !== ']'; p++) {
    if (pattern[p] === '\\' && p + 1 < pattern.length) {
      if (pattern.charCodeAt(++p) === code) isIn = true
    } else if (pattern[p + 1] === '-' && p + 2 < pattern.length) {
      const [low, high] = [pattern.charCodeAt(p), pattern.charCodeAt(p + 2)].sort((a, b) => a - b) as [number, number]
      if (code >= low && code <= high) isIn = true
      p += 2
    } else if (pattern.charCodeAt(p) === code) {
      isIn = true
    }
  }
  return { matches: isIn !== isNegated, end: p < pattern.length ? p : pattern.length - 1 }
}

const SINGLE: Readonly<Record<string, TokenType>> = {
  '{': 'T_OBJ_BEGIN',
  '}': 'T_OBJ_END',
  '[': 'T_ARR_BEGIN',
  ']': 'T_ARR_END',
  ',': 'T_COMMA',
  ':': 'T_COLON',
}

const ESCAPED: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
}

type TokenType =
  | 'T_OBJ_BEGIN'
  | 'T_OBJ_END'
  | 'T_ARR_BEGIN'
  | 'T_ARR_END'
  | 'T_STRING'
  | 'T_NUMBER'
  | 'T_BOOLEAN'
  | 'T_NULL'
  | 'T_COLON'
  | 'T_COMMA'
  | 'T_END'
  | 'T_ERROR'

export interface Token {
  readonly type: TokenType
  readonly at: number
  /** Of a string its bytes, of an error what is wrong. */
  readonly text: string
  readonly number: number
}

/** Characters with which a token may begin that is not just one of them. */
const BEGINS = '"+-0123456789finNtI'

// What C's strtod takes, which is more than JSON has.
const DECIMAL = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y
const HEXADECIMAL = /([-+]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?(?:[pP]([-+]?\d+))?/y
const SPECIAL = /([-+]?)(inf(?:inity)?|nan(?:\([0-9a-zA-Z_]*\))?)/iy

/** Cuts JSON into tokens, by the rules of lua-cjson. The text ends at its first NUL. */
export class JsonTokens {
  at = 0

  constructor(
    private readonly text: string,
    private readonly takesInvalidNumbers: boolean,
  ) {}

  next(): Token {
    const { text } = this
    while (' \t\n\r'.includes(text[this.at] ?? 'x')) this.at++
    const first = text[this.at] ?? '\0'
    if (first === '\0') return this.token('T_END')
    const single = SINGLE[first]
    if (single) {
      const token = this.token(single)
      this.at++
      return token
    }
    if (!BEGINS.includes(first)) return this.wrong('invalid token')
    if (first === '"') return this.string()
    if (first === '-' || (first >= '0' && first <= '9')) {
      if (!this.takesInvalidNumbers && this.isInvalidNumber()) return this.wrong('invalid number')
      return this.number()
    }
    if (text.startsWith('true', this.at)) return this.word('T_BOOLEAN', 4, 1)
    if (text.startsWith('false', this.at)) return this.word('T_BOOLEAN', 5, 0)
    if (text.startsWith('null', this.at)) return this.word('T_NULL', 4, 0)
    if (this.takesInvalidNumbers && this.isInvalidNumber()) return this.number()
    return this.wrong('invalid token')
  }

  private word(type: TokenType, length: number, number: number): Token {
    const token = this.token(type, '', number)
    this.at += length
    return token
  }

  private token(type: TokenType, text = '', number = 0): Token {
    return { type, at: this.at, text, number }
  }

  private wrong(why: string): Token {
    return this.token('T_ERROR', why)
  }

  private string(): Token {
    const { text } = this
    const start = this.at++
    let bytes = ''
    for (;;) {
      const character = text[this.at] ?? '\0'
      if (character === '"') break
      if (character === '\0') return this.wrong('unexpected end of string')
      if (character !== '\\') {
        bytes += character
        this.at++
        continue
      }
      const escape = text[this.at + 1] ?? '\0'
      if (escape === 'u') {
        const encoded = this.unicode()
        if (encoded === undefined) return this.wrong('invalid unicode escape code')
        bytes += encoded
        continue
      }
      const escaped = ESCAPED[escape]
      if (escaped === undefined) return this.wrong('invalid escape code')
      bytes += escaped
      this.at += 2
    }
    this.at++
    return { type: 'T_STRING', at: start, text: bytes, number: 0 }
  }

  /** `\u` and four digits, or two of them where the first is one half of a pair, as UTF-8. */
  private unicode(): string | undefined {
    const unit = this.unitAt(this.at)
    if (unit === undefined) return undefined
    if ((unit & 0xf800) !== 0xd800) {
      this.at += 6
      return utf8(unit)
    }
    const low = this.unitAt(this.at + 6)
    if ((unit & 0x400) !== 0 || low === undefined || (low & 0xfc00) !== 0xdc00) return undefined
    this.at += 12
    return utf8((((unit & 0x3ff) << 10) | (low & 0x3ff)) + 0x10000)
  }

  private unitAt(at: number): number | undefined {
    const escape = this.text.slice(at, at + 6)
    return /^\\u[0-9a-fA-F]{4}$/.test(escape) ? parseInt(escape.slice(2), 16) : undefined
  }

  private number(): Token {
    const start = this.at
    const value = this.hexadecimal() ?? this.decimal() ?? this.special()
    if (value === undefined) return this.wrong('invalid number')
    return { type: 'T_NUMBER', at: start, text: '', number: value }
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at
    return pattern.exec(this.text) ?? undefined
  }

  private decimal(): number | undefined {
    const found = this.match(DECIMAL)
    if (found) this.at += found[0].length
    return found && Number(found[0])
  }

  private hexadecimal(): number | undefined {
    const found = this.match(HEXADECIMAL)
    if (!found) return undefined
    const [all, sign, whole = '', fraction = '', exponent = '0'] = found
    // `0x` alone is the zero before it.
    if (whole + fraction === '') return undefined
    this.at += all.length
    const value = parseInt(`0${whole}${fraction}`, 16) * 2 ** (Number(exponent) - 4 * fraction.length)
    return sign === '-' ? -value : value
  }

  private special(): number | undefined {
    const found = this.match(SPECIAL)
    if (!found) return undefined
    this.at += found[0].length
    const value = /^n/i.test(found[2]!) ? NaN : Infinity
    return found[1] === '-' ? -value : value
  }

  /** What strtod takes and JSON does not have: a plus, hexadecimal digits, leading zeros, infinity. */
  private isInvalidNumber(): boolean {
    const { text } = this
    let { at } = this
    if (text[at] === '+') return true
    if (text[at] === '-') at++
    const first = text[at] ?? '\0'
    if (first === '0') return /[xX0-9]/.test(text[at + 1] ?? '\0')
    if (first <= '9') return false
    return /^(inf|nan)/i.test(text.slice(at, at + 3))
  }
}

function utf8(code: number): string {
  const continuation = (shift: number): string => String.fromCharCode(((code >> shift) & 0x3f) | 0x80)
  if (code <= 0x7f) return String.fromCharCode(code)
  if (code <= 0x7ff) return String.fromCharCode((code >> 6) | 0xc0) + continuation(0)
  if (code <= 0xffff) return String.fromCharCode((code >> 12) | 0xe0) + continuation(6) + continuation(0)
  return String.fromCharCode((code >> 18) | 0xf0) + continuation(12) + continuation(6) + continuation(0)
}

/**
 * INCRBYFLOAT counts in C's long double: 64 bits of mantissa where a double has 53. So 0.1 + 0.2 gives 0.3 there. A
 * number is kept as `mantissa * 2^exponent`, with the mantissa rounded to 64 bits after each step.
 */
export interface LongDouble {
  readonly mantissa: bigint
  readonly exponent: number
}

export type LongDoubleOrInfinite = LongDouble | 'infinite'

const MANTISSA_BITS = 64
const EXPONENT_MAX = 16384
const EXPONENT_MIN = -16445
/** Redis reads no longer text than this as a number. */
const LENGTH_MAX = 5 * 1024 - 1
const zero: LongDouble = { mantissa: 0n, exponent: 0 }

/** What strtold makes of a whole text, or undefined when the text is no number. */
export function parseLongDouble(text: string): LongDoubleOrInfinite | undefined {
  if (text.length > LENGTH_MAX) return undefined
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return 'infinite'
  const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text)
  if (decimal && (decimal[2] !== '' || (decimal[3] ?? '') !== '')) {
    const digits = BigInt(`${decimal[2]}${decimal[3] ?? ''}`)
    const scale = Number(decimal[4] ?? 0) - (decimal[3]?.length ?? 0)
    return signed(decimal[1]!, fromDecimal(digits, scale))
  }
  const hex = /^([+-]?)0x([0-9a-f]*)(?:\.([0-9a-f]*))?(?:p([+-]?\d+))?$/i.exec(text)
  if (hex && (hex[2] !== '' || (hex[3] ?? '') !== '')) {
    const digits = BigInt(`0x${hex[2]}${hex[3] ?? ''}`)
    return signed(hex[1]!, checked(round(digits, Number(hex[4] ?? 0) - 4 * (hex[3]?.length ?? 0), false)))
  }
  return undefined
}

export function addLongDoubles(a: LongDouble, b: LongDouble): LongDoubleOrInfinite {
  const exponent = Math.min(a.exponent, b.exponent)
  // Beyond this distance the smaller one cannot reach the rounding any more.
  if (a.mantissa !== 0n && b.mantissa !== 0n && Math.abs(a.exponent - b.exponent) > 200) {
    return a.exponent > b.exponent ? a : b
  }
  const sum = (a.mantissa << BigInt(a.exponent - exponent)) + (b.mantissa << BigInt(b.exponent - exponent))
  const result = signed(sum < 0n ? '-' : '+', round(sum < 0n ? -sum : sum, exponent, false))
  return result === undefined || isTooBig(result) ? 'infinite' : result
}

export function multiplyLongDouble({ mantissa, exponent }: LongDouble, factor: bigint): LongDouble {
  const product = round(mantissa < 0n ? -mantissa * factor : mantissa * factor, exponent, false)
  return mantissa < 0n ? { ...product, mantissa: -product.mantissa } : product
}

/** The least whole number that is not below. */
export function ceilLongDouble({ mantissa, exponent }: LongDouble): bigint {
  if (exponent >= 0) return mantissa << BigInt(exponent)
  return -(-mantissa >> BigInt(-exponent))
}

/** As `%.17Lf` prints it, without the zeros at the end. */
export function formatLongDouble({ mantissa, exponent }: LongDouble): string {
  const isNegative = mantissa < 0n
  const scaled = (isNegative ? -mantissa : mantissa) * 10n ** 17n
  const digits = exponent >= 0 ? scaled << BigInt(exponent) : divideToEven(scaled, 1n << BigInt(-exponent))
  const padded = digits.toString().padStart(18, '0')
  const text = `${padded.slice(0, -17)}.${padded.slice(-17)}`.replace(/\.?0+$/, '')
  return isNegative && text !== '0' ? `-${text}` : text
}

function fromDecimal(digits: bigint, scale: number): LongDouble | undefined {
  if (digits === 0n) return zero
  // Out of range by far: do not compute the power.
  if (scale > 5000) return undefined
  if (scale < -6000) return undefined
  if (scale >= 0) return checked(round(digits * 10n ** BigInt(scale), 0, false))
  const divisor = 10n ** BigInt(-scale)
  // Enough bits that the quotient has more than 64, and whether anything remains decides a tie.
  const shift = Math.max(0, MANTISSA_BITS + 2 + bitLength(divisor) - bitLength(digits))
  const dividend = digits << BigInt(shift)
  return checked(round(dividend / divisor, -shift, dividend % divisor !== 0n))
}

/** Rounds half to even. `hasRest` tells that the exact value is a little more than the mantissa says. */
function round(mantissa: bigint, exponent: number, hasRest: boolean): LongDouble {
  const excess = bitLength(mantissa) - MANTISSA_BITS
  if (excess <= 0) return mantissa === 0n ? zero : { mantissa, exponent }
  const bits = BigInt(excess)
  const kept = mantissa >> bits
  const rest = mantissa - (kept << bits)
  const half = 1n << (bits - 1n)
  const isUp = rest > half || (rest === half && (hasRest || (kept & 1n) === 1n))
  return { mantissa: isUp ? kept + 1n : kept, exponent: exponent + excess }
}

function divideToEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor
  const twice = (dividend % divisor) * 2n
  return twice > divisor || (twice === divisor && (quotient & 1n) === 1n) ? quotient + 1n : quotient
}

function bitLength(value: bigint): number {
  const hex = value.toString(16)
  return value === 0n ? 0 : (hex.length - 1) * 4 + (32 - Math.clz32(parseInt(hex[0]!, 16)))
}

/** strtold reports overflow and underflow, and Redis takes neither. */
function checked(value: LongDouble): LongDouble | undefined {
  if (value.mantissa === 0n) return value
  return isTooBig(value) || bitLength(value.mantissa) + value.exponent < EXPONENT_MIN + 1 ? undefined : value
}

function isTooBig({ mantissa, exponent }: LongDouble): boolean {
  return bitLength(mantissa < 0n ? -mantissa : mantissa) + exponent > EXPONENT_MAX
}

function signed(sign: string, value: LongDouble | undefined): LongDouble | undefined {
  return sign === '-' && value ? { mantissa: -value.mantissa, exponent: value.exponent } : value
}

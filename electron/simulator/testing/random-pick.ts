import type { Random } from '../ports'

export const keys = ['a', 'b', 'c', 'key:1', 'key:2', '', '\x00\xff', 'long'.repeat(20)]
export const values = [
  '',
  '0',
  '1',
  '-1',
  '12',
  '12345',
  '9223372036854775807',
  '-9223372036854775808',
  '9223372036854775808',
  '007',
  ' 1',
  '3.14',
  '1e3',
  '-0',
  'abc',
  'hello world',
  '\x00\x01\xfe\xff',
  '\r\n',
  'x'.repeat(44),
  'x'.repeat(45),
  'NaN',
  'inf',
]
export const integers = [
  '0',
  '1',
  '-1',
  '5',
  '100',
  '-3',
  '9223372036854775807',
  '-9223372036854775808',
  'x',
  '1.5',
  '',
]

export type Make = (pick: Pick) => string[]

/** Draws from lists. */
export class Pick {
  constructor(private readonly random: Random) {}

  of<T>(list: readonly T[]): T {
    return list[this.random.integer(0, list.length - 1)]!
  }

  chance(part: number): boolean {
    return this.random.float() < part
  }

  some<T>(list: readonly T[], max: number): T[] {
    return Array.from({ length: this.random.integer(0, max) }, () => this.of(list))
  }

  many<T>(list: readonly T[], max: number): T[] {
    return [this.of(list), ...this.some(list, max - 1)]
  }

  key(): string {
    return this.of(keys)
  }

  value(): string {
    return this.of(values)
  }
}

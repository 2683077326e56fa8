/** What a value may be. A check gives the value in its normal form, or the words of Redis's refusal. */
export type ParameterKind =
  | { readonly kind: 'boolean' }
  | {
      readonly kind: 'number'
      readonly min: number
      readonly max: number
      readonly unit?: 'bytes' | 'octal' | 'percent'
    }
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly several?: true }
  | { readonly kind: 'text' }
  | {
      readonly kind: 'checked'
      readonly check: (value: string, old: string) => Checked
      /** What CONFIG GET shows, where that is not the value. */
      readonly show?: (value: string) => string
    }

export type Checked = { readonly value: string } | { readonly refusal: string }

export type Parameter = ParameterKind & {
  readonly name: string
  /** The name it had before Redis changed its words. */
  readonly alias?: string
  readonly initial: string
  /** Immutable ones are set at the start only; protected ones only where `enable-protected-configs` says so. */
  readonly access?: 'immutable' | 'protected'
}

type More = Partial<Pick<Parameter, 'alias' | 'access'>>

export function flag(name: string, initial: 'yes' | 'no', more: More = {}): Parameter {
  return { kind: 'boolean', name, initial, ...more }
}

export const INT_MAX = 2 ** 31 - 1
/** Beyond 2^53 a range's end shows in error texts only, so it is kept as Redis prints it. */
export const LONG_MAX = 2 ** 63

export function count(name: string, initial: number, min: number, max = INT_MAX, more: More = {}): Parameter {
  return { kind: 'number', name, initial: String(initial), min, max, ...more }
}

export function size(name: string, initial: number, min = 0, more: More = {}): Parameter {
  return { kind: 'number', name, initial: String(initial), min, max: LONG_MAX, unit: 'bytes', ...more }
}

export function choice(name: string, initial: string, choices: string, more: More = {}): Parameter {
  return { kind: 'choice', name, initial, choices: choices.split(' '), ...more }
}

export function text(name: string, initial = '', more: More = {}): Parameter {
  return { kind: 'text', name, initial, ...more }
}

export function checked(
  name: string,
  initial: string,
  check: (value: string, old: string) => Checked,
  show?: (value: string) => string,
): Parameter {
  return { kind: 'checked', name, initial, check, ...(show ? { show } : {}) }
}

export const immutable = { access: 'immutable' } as const

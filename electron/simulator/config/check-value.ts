import { parseMemory } from './memory'
import { LONG_MAX, type Checked, type Parameter } from './parameter'

/** What a parameter becomes when it is set to a text, or why it cannot be. */
export function checkValue(parameter: Parameter, value: string, old: string): Checked {
  switch (parameter.kind) {
    case 'boolean':
      if (/^(?:yes|no)$/i.test(value)) return { value: value.toLowerCase() }
      return { refusal: "argument must be 'yes' or 'no'" }
    case 'number':
      return checkNumber(parameter, value)
    case 'choice':
      return checkChoice(parameter, value)
    case 'text':
      return { value }
    case 'checked':
      return parameter.check(value, old)
  }
}

type NumberParameter = Extract<Parameter, { kind: 'number' }>

function checkNumber(parameter: NumberParameter, text: string): Checked {
  const { unit, min, max } = parameter
  if (unit === 'percent' && /^\d+%$/.test(text)) {
    const percent = Number(text.slice(0, -1))
    return percent > -min
      ? { refusal: `percentage argument must be less or equal to ${-min}` }
      : { value: `${percent}%` }
  }
  const value = unit === 'bytes' || unit === 'percent' ? parseMemory(text) : parseNumber(text)
  if (value === undefined) {
    if (unit === 'percent') return { refusal: 'argument must be a memory or percent value' }
    if (unit === 'bytes') return { refusal: 'argument must be a memory value' }
    return { refusal: "argument couldn't be parsed into an integer" }
  }
  if (value < min || value > max) {
    return {
      refusal: `argument must be between ${min} and ${max === LONG_MAX ? '9223372036854775807' : max} inclusive`,
    }
  }
  return { value: String(unit === undefined && parameter.name === 'hz' ? clampHz(value) : value) }
}

const HZ_MAX = 500

function clampHz(value: number): number {
  return Math.min(HZ_MAX, Math.max(1, value))
}

function parseNumber(text: string): number | undefined {
  const value = Number(text)
  return /^(?:0|-?[1-9]\d{0,18})$/.test(text) && Math.abs(value) <= LONG_MAX ? value : undefined
}

function checkChoice({ choices, several }: Extract<Parameter, { kind: 'choice' }>, text: string): Checked {
  const words = several ? text.split(' ') : [text]
  const chosen = words.map((word) => word.toLowerCase())
  if (!chosen.every((word) => choices.includes(word))) {
    return { refusal: `argument(s) must be one of the following: ${choices.join(', ')}` }
  }
  // Several are shown in the table's order, whatever order they were given in.
  return { value: choices.filter((word) => chosen.includes(word)).join(' ') }
}

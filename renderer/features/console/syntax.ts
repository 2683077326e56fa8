/** A command's syntax in words, made from what COMMAND DOCS says of its arguments, as redis-cli's help shows it. */
import type { ArgumentDoc, CommandDoc } from '../../../shared/console/console-types'

/** `[NX | XX] [GET] [EX seconds | PX milliseconds]`, one string for each argument at the top. */
export function syntaxParts({ arguments: given }: CommandDoc): readonly string[] {
  return given.map(syntaxOf)
}

export function syntaxText(doc: CommandDoc): string {
  return [doc.name, ...syntaxParts(doc)].join(' ')
}

function syntaxOf(argument: ArgumentDoc): string {
  const { flags = [] } = argument
  const isMultiple = flags.includes('multiple')
  let text = plainOf(argument)
  if (isMultiple) text = `${text} [${flags.includes('multiple_token') ? text : withoutToken(argument)} ...]`
  return flags.includes('optional') ? `[${text}]` : text
}

function plainOf(argument: ArgumentDoc): string {
  const inner = withoutToken(argument)
  const { token } = argument
  if (token === undefined || argument.type === 'pure-token') return inner
  return `${token === '' ? '""' : token} ${inner}`
}

function withoutToken({ type, name, token, arguments: inner = [] }: ArgumentDoc): string {
  switch (type) {
    case 'pure-token':
      return token ?? name
    case 'oneof':
      return inner.map(syntaxOf).join(' | ')
    case 'block':
      return inner.map(syntaxOf).join(' ')
    default:
      return name
  }
}

/** The words that stand for themselves anywhere in a command's arguments: NX, EX, LIMIT. */
export function tokensOf(given: readonly ArgumentDoc[]): readonly string[] {
  const tokens = given.flatMap(({ token, arguments: inner = [] }) => [
    ...(token === undefined || token === '' ? [] : [token]),
    ...tokensOf(inner),
  ])
  return [...new Set(tokens)]
}

/** What may still follow the arguments typed so far. */
export function hintAfter(doc: CommandDoc, typed: readonly string[]): string {
  const words = new Set(typed.map((word) => word.toUpperCase()))
  const rest = [...doc.arguments]
  let left = typed.length
  // Whatever stands first and has a fixed place is used up by what was typed.
  while (left > 0 && rest.length > 0 && isFixed(rest[0]!)) {
    rest.shift()
    left--
  }
  return rest
    .filter((argument) => left === 0 || isRepeated(argument) || !tokensOf([argument]).some((token) => words.has(token)))
    .filter((argument, at) => !(left > 0 && at === 0 && isPlainValue(argument) && !isRepeated(argument)))
    .map(syntaxOf)
    .join(' ')
}

function isFixed({ type, token, flags = [] }: ArgumentDoc): boolean {
  return !flags.includes('optional') && !flags.includes('multiple') && token === undefined && type !== 'block'
}

function isRepeated({ flags = [] }: ArgumentDoc): boolean {
  return flags.includes('multiple')
}

function isPlainValue(argument: ArgumentDoc): boolean {
  return tokensOf([argument]).length === 0
}

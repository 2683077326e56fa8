/** What a person types: how a line becomes commands, what may complete it, and what the console does by itself. */
import { bytesOf, type Bytes } from '../../../shared/bytes'
import type { CommandDoc } from '../../../shared/console/console-types'
import { secretPlaces, withoutSecrets } from '../../../shared/secrets'
import { escapeBytes, textOf } from '../../../shared/bytes'
import { splitArguments } from '../../../shared/split-arguments'
import { hintAfter, tokensOf } from './syntax'

export type ParsedLine =
  | { readonly kind: 'empty' }
  | { readonly kind: 'unbalanced' }
  | { readonly kind: 'clear' }
  | { readonly kind: 'exit' }
  | { readonly kind: 'help'; readonly about: string }
  | { readonly kind: 'command'; readonly argv: readonly Bytes[]; readonly times: number }

const TIMES_MAX = 1000

/** A line as redis-cli takes it: quotes, a number in front to repeat it, and a few words of its own. */
export function parseLine(line: string): ParsedLine {
  const words = splitArguments(bytesOf(line)) as Bytes[] | undefined
  if (!words) return { kind: 'unbalanced' }
  const [first, ...rest] = words
  if (first === undefined) return { kind: 'empty' }
  const name = first.toLowerCase()
  if (name === 'clear' && rest.length === 0) return { kind: 'clear' }
  if (name === 'exit' && rest.length === 0) return { kind: 'exit' }
  if (name === 'help' || name === '?') return { kind: 'help', about: rest.map(textOf).join(' ') }
  if (/^[1-9]\d*$/.test(first) && rest.length > 0) {
    return { kind: 'command', argv: rest, times: Math.min(Number(first), TIMES_MAX) }
  }
  return { kind: 'command', argv: words, times: 1 }
}

export function hasSecrets(argv: readonly Bytes[]): boolean {
  return secretPlaces(argv).length > 0
}

/** The command as it may be shown and kept: without passwords. */
export function shownCommand(argv: readonly Bytes[]): string {
  return withoutSecrets(argv).map(quotedForCli).join(' ')
}

/** An argument as redis-cli takes it: bare where it may, else in quotes with escapes. Keeps every byte. */
export function quotedForCli(argument: Bytes): string {
  return /^[\w:.*/@{}[\]?^+,%=<>!~|;&()$#-]+$/.test(argument) ? argument : `"${escapeBytes(argument)}"`
}

/** The command as a line of JavaScript with ioredis. */
export function ioredisCode(argv: readonly Bytes[]): string {
  const values = argv.map((argument) => {
    const text = textOf(argument)
    return bytesOf(text) === argument ? JSON.stringify(text) : `Buffer.from(${JSON.stringify(hex(argument))}, "hex")`
  })
  const isBinary = values.some((value) => value.startsWith('Buffer'))
  return `await redis.${isBinary ? 'callBuffer' : 'call'}(${values.join(', ')})`
}

function hex(bytes: Bytes): string {
  return [...bytes].map((character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join('')
}

export interface Completion {
  /** What the last word becomes. */
  readonly word: string
  readonly about: string
}

export interface Assistance {
  /** Where in the line the word begins that a completion replaces. */
  readonly from: number
  readonly completions: readonly Completion[]
  /** What may follow what is typed, in grey behind it. */
  readonly hint: string
  readonly command: CommandDoc | undefined
}

const nothing: Assistance = { from: 0, completions: [], hint: '', command: undefined }
const COMPLETIONS_MAX = 50

/** Completes and explains the line up to the cursor. Words in quotes are values and are left alone. */
export function assist(line: string, docs: ReadonlyMap<string, CommandDoc>): Assistance {
  const repeated = /^\s*[1-9]\d*\s+(?=\S)/.exec(line)?.[0] ?? ''
  const from = Math.max(repeated.length, line.search(/\S*$/))
  const last = line.slice(from)
  const before = line.slice(repeated.length, from).trim()
  if (/["']/.test(last)) return { ...nothing, command: commandOf(before, docs) }
  if (before === '') {
    const completions = matching(last, docs, (name) => !name.includes(' '))
    const command = docs.get(last.toUpperCase())
    return { from, completions, hint: command ? ` ${hintOf(command, [], docs)}` : '', command }
  }
  const words = wordsOf(before)
  const [first = ''] = words
  const parent = docs.get(first.toUpperCase())
  const isSub = words.length === 1 && parent !== undefined && hasSubcommands(parent.name, docs)
  if (isSub) {
    const prefix = `${parent.name} `
    const completions = matching(prefix + last, docs, (name) => name.startsWith(prefix)).map(({ word, about }) => ({
      word: matchCase(word.slice(prefix.length).toUpperCase(), last || first),
      about,
    }))
    const command = docs.get(prefix + last.toUpperCase())
    return { from, completions, hint: command ? ` ${hintAfter(command, [])}` : '', command: command ?? parent }
  }
  const command = commandOf(before, docs)
  if (!command) return { ...nothing, from }
  const typed = words.slice(command.name.split(' ').length)
  const used = new Set(typed.map((word) => word.toUpperCase()))
  const completions =
    last === ''
      ? []
      : tokensOf(command.arguments)
          .filter((token) => token.startsWith(last.toUpperCase()) && !used.has(token))
          .map((token) => ({ word: matchCase(token, last), about: '' }))
  const hint = last === '' ? hintAfter(command, typed) : ` ${hintAfter(command, [...typed, last])}`
  return { from, completions, hint: hint.trim() === '' ? '' : hint, command }
}

/** The command that a line begins with, sub-command included. */
export function commandOf(line: string, docs: ReadonlyMap<string, CommandDoc>): CommandDoc | undefined {
  const [first = '', second = ''] = wordsOf(line.replace(/^\s*[1-9]\d*\s+(?=\S)/, ''))
  return docs.get(`${first} ${second}`.toUpperCase()) ?? docs.get(first.toUpperCase())
}

function wordsOf(line: string): readonly string[] {
  // A word that is still open has no end yet: take what stands before its quote.
  return (splitArguments(line) ?? splitArguments(line.replace(/["'][^"']*$/, '')) ?? []).map(String)
}

function hintOf(command: CommandDoc, typed: readonly string[], docs: ReadonlyMap<string, CommandDoc>): string {
  return hasSubcommands(command.name, docs) && command.isContainer ? 'subcommand' : hintAfter(command, typed)
}

function hasSubcommands(name: string, docs: ReadonlyMap<string, CommandDoc>): boolean {
  for (const other of docs.keys()) if (other.startsWith(`${name} `)) return true
  return false
}

function matching(typed: string, docs: ReadonlyMap<string, CommandDoc>, isMeant: (name: string) => boolean) {
  const wanted = typed.toUpperCase()
  const found: Completion[] = []
  if (wanted === '') return found
  for (const [name, { summary }] of docs) {
    if (!name.startsWith(wanted) || !isMeant(name)) continue
    found.push({ word: matchCase(name, typed), about: summary })
    if (found.length === COMPLETIONS_MAX) break
  }
  return found
}

/** Whoever types in small letters gets small letters. */
function matchCase(word: string, typed: string): string {
  return /[a-z]/.test(typed) && typed === typed.toLowerCase() ? word.toLowerCase() : word
}

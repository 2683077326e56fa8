/** Reads a scenario file: YAML through the schema, every complaint with its place in the file and a way to mend it. */
import { isMap, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml'
import type { z } from 'zod'
import { EventyardError } from '../errors'
import { scenarioSchema, type Scenario } from './schema'

export const SCENARIO_BYTES_MAX = 1_000_000

/** Throws EventyardError: `scenario.too-large`, `scenario.syntax` or `scenario.invalid`. `file` is for the message. */
export function readScenario(text: string, file: string): Scenario {
  if (text.length > SCENARIO_BYTES_MAX) {
    throw new EventyardError('scenario.too-large', { file, bytes: text.length, limit: SCENARIO_BYTES_MAX })
  }
  const lines = new LineCounter()
  // Aliases are not expanded without bound: a file of a few lines could otherwise fill the memory.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, merge: true })
  const wrong = document.errors[0]
  if (wrong) {
    const { line, col } = lines.linePos(wrong.pos[0])
    throw new EventyardError('scenario.syntax', {
      file,
      line,
      column: col,
      problem: wrong.message.split('\n', 1)[0]!.replace(/\.$/, ''),
      fix: fixes[wrong.code] ?? 'Correct this line; the lines above it are fine.',
    })
  }
  const checked = scenarioSchema.safeParse(toPlain(document, file))
  if (checked.success) return checked.data
  const issue = deepest(checked.error.issues)
  const { line, col } = placeOf(document, lines, issue)
  const { problem, fix } = sentencesOf(issue)
  throw new EventyardError('scenario.invalid', {
    file,
    line,
    column: col,
    path: pathText(issue.path),
    problem,
    fix,
  })
}

const fixes: Readonly<Record<string, string>> = {
  BAD_INDENT: 'Indent this line like the ones beside it.',
  TAB_AS_INDENT: 'Indent with spaces, not with tabs.',
  DUPLICATE_KEY: 'Remove one of the two, or rename it.',
  MISSING_CHAR: 'Close the quote or bracket.',
  BLOCK_AS_IMPLICIT_KEY: 'Put the text in quotes if it holds ": ".',
  MULTILINE_IMPLICIT_KEY: 'Put the text in quotes if it holds ": ".',
}

function toPlain(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch {
    throw new EventyardError('scenario.syntax', {
      file,
      line: 1,
      column: 1,
      problem: 'its aliases (*name) unfold to too much',
      fix: 'Write the repeated parts out.',
    })
  }
}

/** The first issue of a union is its branch's own, which says more than "no branch fits". */
function deepest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const issue = issues[0]!
  if (issue.code !== 'invalid_union' || !('errors' in issue) || issue.message.includes(' | ')) return issue
  const inner = issue.errors
    .filter((branch) => branch.length > 0)
    .sort((a, b) => b[0]!.path.length - a[0]!.path.length)[0]
  if (!inner) return issue
  const found = deepest(inner)
  return { ...found, path: [...issue.path, ...found.path] }
}

function placeOf(
  document: Document.Parsed,
  lines: LineCounter,
  issue: z.core.$ZodIssue,
): { line: number; col: number } {
  const wanted = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : [...issue.path]
  // What is missing has no place of its own: its parent's is shown.
  for (let length = wanted.length; length >= 0; length--) {
    const offset = offsetOf(document, wanted.slice(0, length))
    if (offset !== undefined) return lines.linePos(offset)
  }
  return { line: 1, col: 1 }
}

/** Where a path's key stands, or its value when it is an item of a list. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number | undefined {
  const parent = path.length === 0 ? undefined : document.getIn(path.slice(0, -1), true)
  const last = path[path.length - 1]
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(last))
    const key = pair?.key as Node | undefined
    return key?.range?.[0]
  }
  const node = (path.length === 0 ? document.contents : document.getIn(path, true)) as Node | undefined | null
  return node?.range?.[0]
}

function sentencesOf(issue: z.core.$ZodIssue): { problem: string; fix: string } {
  const [problem, fix] = issue.message.split(' | ')
  if (fix !== undefined) return { problem: problem!, fix }
  switch (issue.code) {
    case 'unrecognized_keys':
      return { problem: `"${issue.keys[0]}" is not known here`, fix: 'Remove it, or check its spelling.' }
    case 'invalid_type':
      return {
        problem: issue.message.includes('undefined') ? `is missing` : issue.message.replace('Invalid input: ', ''),
        fix: `Write ${articled(issue.expected)}.`,
      }
    case 'invalid_value':
      return { problem: 'is not one of the known values', fix: `Write one of: ${issue.values.map(String).join(', ')}.` }
    default:
      return { problem: issue.message, fix: 'See docs/scenario-format.md.' }
  }
}

function articled(type: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    array: 'a list',
    object: 'a mapping (name: value)',
    record: 'a mapping (name: value)',
    boolean: 'true or false',
  }
  return words[type] ?? type
}

function pathText(path: readonly PropertyKey[]): string {
  let text = ''
  for (const part of path) {
    text += typeof part === 'number' ? `[${part + 1}]` : text === '' ? String(part) : `.${String(part)}`
  }
  return text || 'the file'
}

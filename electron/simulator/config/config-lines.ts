/** How a parameter's value is written in a configuration file. */
import { escapeBytes } from '../../../shared/bytes'
import { formatEventFlags, parseEventFlags } from '../keyspace/notify'
import type { ConfigText } from './config-text'
import type { Parameter } from './parameter'

const UNITS = [
  ['gb', 1024 ** 3],
  ['mb', 1024 ** 2],
  ['kb', 1024],
] as const

/** `100mb`, where it is so many of a unit and nothing more. */
export function formatMemory(bytes: number): string {
  const unit = bytes > 0 ? UNITS.find(([, size]) => bytes % size === 0) : undefined
  return unit ? `${bytes / unit[1]}${unit[0]}` : String(bytes)
}

export function quoted(text: string): string {
  return `"${escapeBytes(text)}"`
}

/** Writes one parameter: a value that is not the default must be there, another only where there was a line before. */
export function putParameter(text: ConfigText, parameter: Parameter, value: string): void {
  const { name, initial } = parameter
  const mustBe = value !== initial
  switch (name) {
    // Written by whoever knows more than the configured value: `rewriteNode`.
    case 'replicaof':
    case 'save':
      return
    case 'dir':
      text.put(name, `dir ${quoted(value)}`)
      return
    // An oddity of 7.0: it is always written.
    case 'latency-tracking-info-percentiles':
      text.put(name, `${name} ${value === '' ? '""' : value}`)
      return
    case 'client-output-buffer-limit':
      putBufferLimits(text, name, value.split(' '), initial.split(' '))
      return
    case 'notify-keyspace-events':
      text.put(name, `${name} ${quoted(formatEventFlags(parseEventFlags(value) ?? 0))}`, mustBe)
      return
    case 'bind':
      text.put(name, `bind ${value === '' ? '""' : value}`, mustBe)
      return
  }
  switch (parameter.kind) {
    case 'text':
      if (value === '') text.drop(name)
      else text.put(name, `${name} ${quoted(value)}`, mustBe)
      return
    case 'number':
      text.put(name, `${name} ${formatNumber(parameter, value)}`, mustBe)
      return
    case 'checked':
      if (value === '' && initial === '') text.drop(name)
      else text.put(name, `${name} ${QUOTED.has(name) ? quoted(value) : value}`, mustBe)
      return
    default:
      text.put(name, `${name} ${value}`, mustBe)
  }
}

const QUOTED = new Set(['proc-title-template', 'cluster-announce-hostname'])

function formatNumber({ unit }: Extract<Parameter, { kind: 'number' }>, value: string): string {
  if (unit === 'bytes' || (unit === 'percent' && !value.endsWith('%'))) return formatMemory(Number(value))
  return unit === 'octal' ? Number(value).toString(8) : value
}

/** A line for each class of clients. */
function putBufferLimits(text: ConfigText, name: string, words: readonly string[], initial: readonly string[]): void {
  for (let at = 0; at < words.length; at += 4) {
    const [kind, hard, soft, seconds] = words.slice(at, at + 4)
    const shown = kind === 'slave' ? 'replica' : kind
    const line = `${name} ${shown} ${formatMemory(Number(hard))} ${formatMemory(Number(soft))} ${seconds}`
    text.put(name, line, words.slice(at, at + 4).join(' ') !== initial.slice(at, at + 4).join(' '))
  }
}

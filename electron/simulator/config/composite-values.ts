import { parseMemory } from './memory'
import { formatEventFlags, parseEventFlags } from '../keyspace/notify'
import type { Checked } from './parameter'

/** `save`: pairs of seconds and changes, or nothing at all to turn snapshots off. */
export function checkSavePoints(value: string): Checked {
  if (value === '') return { value: '' }
  const words = value.split(' ')
  const numbers = words.map((word) => (/^\s*[+-]?\d+$/.test(word) ? Number(word) : NaN))
  const isRight = words.length % 2 === 0 && numbers.every((number, at) => number >= (at % 2 === 0 ? 1 : 0))
  return isRight ? { value: numbers.join(' ') } : { refusal: 'Invalid save parameters' }
}

const CLASSES = ['normal', 'slave', 'pubsub']

/** `client-output-buffer-limit`: a class with its hard limit, soft limit and seconds; other classes keep theirs. */
export function checkBufferLimits(value: string, old: string): Checked {
  const words = value.split(' ')
  if (words.length % 4 !== 0) return { refusal: 'Wrong number of arguments in buffer limit configuration.' }
  const limits = new Map<string, string>()
  const oldWords = old.split(' ')
  for (let at = 0; at < oldWords.length; at += 4) limits.set(oldWords[at]!, oldWords.slice(at + 1, at + 4).join(' '))
  for (let at = 0; at < words.length; at += 4) {
    const name = words[at]!.toLowerCase() === 'replica' ? 'slave' : words[at]!.toLowerCase()
    if (!CLASSES.includes(name)) {
      return { refusal: 'Invalid client class specified in buffer limit configuration.' }
    }
    const [hard, soft] = [parseMemory(words[at + 1]!), parseMemory(words[at + 2]!)]
    const seconds = /^\d+$/.test(words[at + 3]!) ? Number(words[at + 3]) : undefined
    if (hard === undefined || soft === undefined || seconds === undefined) {
      return { refusal: 'Error in hard, soft or soft_seconds setting in buffer limit configuration.' }
    }
    limits.set(name, `${hard} ${soft} ${seconds}`)
  }
  return { value: CLASSES.map((name) => `${name} ${limits.get(name)!}`).join(' ') }
}

const OOM_SCORE_MAX = 2000

export function checkOomScores(value: string): Checked {
  const words = value.split(' ')
  if (words.length !== 3) return { refusal: 'wrong number of arguments' }
  const scores = words.map((word) => (/^-?\d+$/.test(word) ? Number(word) : NaN))
  if (!scores.every((score) => Math.abs(score) <= OOM_SCORE_MAX)) {
    return { refusal: 'Invalid oom-score-adj-values, elements must be between -2000 and 2000.' }
  }
  return { value: scores.join(' ') }
}

export function checkPercentiles(value: string): Checked {
  if (value === '') return { value: '' }
  const words = value.split(' ')
  for (const word of words) {
    const percentile = word === '' ? NaN : Number(word)
    if (Number.isNaN(percentile)) {
      return { refusal: 'Invalid latency-tracking-info-percentiles parameters' }
    }
    if (percentile < 0 || percentile > 100) {
      return { refusal: 'latency-tracking-info-percentiles parameters should sit between [0.0,100.0]' }
    }
  }
  return { value: words.map((word) => String(Number(word))).join(' ') }
}

export function checkEventFlags(value: string): Checked {
  const flags = parseEventFlags(value)
  if (flags === undefined) return { refusal: "Invalid event class character. Use 'Ag$lshzxeKEtmdn'." }
  return { value: formatEventFlags(flags) }
}

export function checkHostname(value: string): Checked {
  if (/^[A-Za-z0-9.-]*$/.test(value)) return { value }
  return { refusal: 'Hostnames may only contain alphanumeric characters, hyphens or dots' }
}

const TITLE_VARIABLES = ['title', 'listen-addr', 'server-mode', 'port', 'tls-port', 'unixsocket', 'config-file']

export function checkTitle(value: string): Checked {
  const rest = value.replace(/\{([a-z-]+)\}/g, (all, name: string) => (TITLE_VARIABLES.includes(name) ? '' : all))
  if (/[{}]/.test(rest)) return { refusal: 'template format is invalid or contains unknown variables' }
  return { value }
}

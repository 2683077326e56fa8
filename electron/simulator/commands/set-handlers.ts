import type { Bytes } from '../../../shared/bytes'
import { EventClass } from '../keyspace/notify'
import { stringValue } from '../keyspace/value'
import type { Call, Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import { integer, nothing, ok, type Reply } from '../resp/reply'
import { isError, readPositiveExpiry, type Parsed, type TimeUnit } from './arguments'
import { getReply } from './string-handlers'

interface SetOptions {
  condition?: 'nx' | 'xx'
  keepsExpiry?: boolean
  persists?: boolean
  returnsOld?: boolean
  expiry?: { readonly option: 'ex' | 'px' | 'exat' | 'pxat'; readonly text: Bytes }
}

/** Reads the options behind `start`. Each option excludes some others; Redis calls a clash a syntax error. */
function readOptions(argv: readonly Bytes[], start: number, command: 'set' | 'getex'): SetOptions | undefined {
  const options: SetOptions = {}
  const isSet = command === 'set'
  for (let at = start; at < argv.length; at++) {
    const option = lower(cString(argv[at]!))
    if ((option === 'nx' || option === 'xx') && isSet && (options.condition ?? option) === option) {
      options.condition = option
    } else if (option === 'get' && isSet) {
      options.returnsOld = true
    } else if (option === 'keepttl' && isSet && !options.expiry) {
      options.keepsExpiry = true
    } else if (option === 'persist' && !isSet && !options.expiry) {
      options.persists = true
    } else if (
      (option === 'ex' || option === 'px' || option === 'exat' || option === 'pxat') &&
      !options.keepsExpiry &&
      !options.persists &&
      (options.expiry?.option ?? option) === option &&
      at + 1 < argv.length
    ) {
      options.expiry = { option, text: argv[++at]! }
    } else {
      return undefined
    }
  }
  return options
}

function readExpiryOption({ node }: Call, { option, text }: NonNullable<SetOptions['expiry']>, command: string) {
  const unit: TimeUnit = option === 'ex' || option === 'exat' ? 's' : 'ms'
  return readPositiveExpiry(text, unit, option === 'ex' || option === 'px' ? node.nowMs : 0, command)
}

interface Replies {
  readonly stored: Reply
  readonly refused: Reply
}

function setGeneric(
  call: Call,
  key: Bytes,
  bytes: Bytes,
  options: SetOptions,
  expiresAt: number | bigint | undefined,
  replies: Replies,
): Reply {
  const { node, client, db } = call
  const { keyspace } = node
  let answer: Reply | undefined
  if (options.returnsOld) {
    const old = getReply(call, key)
    if (old.kind === 'error') return old
    answer = client.answerNow(old)
  }
  if (options.condition) {
    const isFound = keyspace.find(db, key) !== undefined
    if (isFound !== (options.condition === 'xx')) return answer ?? replies.refused
  }
  const entry = keyspace.store(db, key, stringValue(bytes), options.keepsExpiry)
  keyspace.notify(EventClass.string, 'set', db, key)
  if (expiresAt !== undefined) {
    keyspace.expireAt(db, entry, expiresAt)
    keyspace.notify(EventClass.generic, 'expire', db, key)
    if (node.effects.isOn) node.effects.rewrite('SET', key, bytes, 'PXAT', String(expiresAt))
  } else if (options.returnsOld && node.effects.isOn) {
    node.effects.rewrite(...withoutGet(call.argv))
  }
  return answer ?? replies.stored
}

/** What was there before is of no interest to who takes the effect. */
function withoutGet(argv: readonly Bytes[]): Bytes[] {
  return argv.filter((argument, at) => at < 3 || lower(cString(argument)) !== 'get')
}

const setReplies: Replies = { stored: ok, refused: nothing }

export const set: Handler = (call) => {
  const { argv } = call
  if (argv.length === 3) return setGeneric(call, argv[1]!, argv[2]!, NO_OPTIONS, undefined, setReplies)
  const options = readOptions(argv, 3, 'set')
  if (!options) return errors.syntax
  const expiresAt = options.expiry && readExpiryOption(call, options.expiry, 'set')
  if (isError(expiresAt)) return expiresAt
  return setGeneric(call, argv[1]!, argv[2]!, options, expiresAt, setReplies)
}

const NO_OPTIONS: SetOptions = {}

export const setnx: Handler = (call) => {
  const replies = { stored: integer(1), refused: integer(0) }
  return setGeneric(call, call.argv[1]!, call.argv[2]!, { condition: 'nx' }, undefined, replies)
}

function setWithExpiry(unit: TimeUnit, command: string): Handler {
  return (call) => {
    const [, key, time, value] = call.argv
    const expiresAt: Parsed<number | bigint> = readPositiveExpiry(time!, unit, call.node.nowMs, command)
    return isError(expiresAt) ? expiresAt : setGeneric(call, key!, value!, NO_OPTIONS, expiresAt, setReplies)
  }
}

export const setex = setWithExpiry('s', 'setex')
export const psetex = setWithExpiry('ms', 'psetex')

export const getex: Handler = (call) => {
  const { node, client, db, argv } = call
  const key = argv[1]!
  const options = readOptions(argv, 2, 'getex')
  if (!options) return errors.syntax
  const value = getReply(call, key)
  if (value.kind !== 'bulk') return value
  const expiresAt = options.expiry && readExpiryOption(call, options.expiry, 'getex')
  if (isError(expiresAt)) return expiresAt
  const answer = client.answerNow(value)
  const entry = db.peek(key)!
  if (expiresAt !== undefined && options.expiry!.option.endsWith('at') && expiresAt <= node.nowMs) {
    node.keyspace.remove(db, entry)
    if (node.effects.isOn) node.effects.rewrite(node.config.isOn('lazyfree-lazy-expire') ? 'UNLINK' : 'DEL', key)
    node.keyspace.notify(EventClass.generic, 'del', db, key)
  } else if (expiresAt !== undefined) {
    node.keyspace.expireAt(db, entry, expiresAt)
    if (node.effects.isOn) node.effects.rewrite('PEXPIREAT', key, String(expiresAt))
    node.keyModified(db, key)
    node.keyspace.notify(EventClass.generic, 'expire', db, key)
  } else if (options.persists && entry.volatilePlace !== -1) {
    db.clearExpiry(entry)
    if (node.effects.isOn) node.effects.rewrite('PERSIST', key)
    node.keyModified(db, key)
    node.keyspace.notify(EventClass.generic, 'persist', db, key)
  }
  return answer
}

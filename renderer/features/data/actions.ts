/**
 * What the view of the data can do: each action is the commands that it sends, shown before they are sent, and where it
 * is honest those that take it back. Where it is not, `loss` says what will be gone.
 */
import { bytesOf, type Bytes } from '../../../shared/bytes'

export type Argv = readonly Bytes[]

export interface DataAction {
  /** A message of the locales, with its values: "Deleted {key}". */
  readonly label: string
  readonly values: Readonly<Record<string, string | number>>
  readonly commands: readonly Argv[]
  readonly undo?: readonly Argv[]
  readonly loss?: string
}

/** A key's expiry, in Unix ms; null for none. */
export type Expiry = number | null

const argv = (...words: readonly (string | number)[]): Argv => words.map((word) => String(word) as Bytes)
const values = (key: Bytes) => ({ key })

export function setString(key: Bytes, value: Bytes, before: Bytes | undefined): DataAction {
  return {
    label: 'data.did.set',
    values: values(key),
    // Without KEEPTTL an edit would make a key that expires stay for ever.
    commands: [argv('SET', key, value, 'KEEPTTL')],
    ...(before === undefined ? { loss: 'data.loss.value' } : { undo: [argv('SET', key, before, 'KEEPTTL')] }),
  }
}

export function setField(key: Bytes, field: Bytes, value: Bytes, before: Bytes | undefined): DataAction {
  return {
    label: 'data.did.field',
    values: values(key),
    commands: [argv('HSET', key, field, value)],
    undo: [before === undefined ? argv('HDEL', key, field) : argv('HSET', key, field, before)],
  }
}

export function deleteField(key: Bytes, field: Bytes, before: Bytes): DataAction {
  return {
    label: 'data.did.fieldGone',
    values: values(key),
    commands: [argv('HDEL', key, field)],
    undo: [argv('HSET', key, field, before)],
  }
}

export function pushItem(key: Bytes, value: Bytes, end: 'left' | 'right'): DataAction {
  return {
    label: 'data.did.pushed',
    values: values(key),
    commands: [argv(end === 'left' ? 'LPUSH' : 'RPUSH', key, value)],
    // Somebody may have taken or added since; a pop would take what is there then.
    loss: 'data.loss.push',
  }
}

export function setItem(key: Bytes, index: number, value: Bytes, before: Bytes): DataAction {
  return {
    label: 'data.did.item',
    values: values(key),
    commands: [argv('LSET', key, index, value)],
    undo: [argv('LSET', key, index, before)],
  }
}

/** Lists have no command that removes by index: the item is first made unlike all others. */
export function removeItem(key: Bytes, index: number, mark: string): DataAction {
  return {
    label: 'data.did.itemGone',
    values: values(key),
    commands: [argv('MULTI'), argv('LSET', key, index, mark), argv('LREM', key, 1, mark), argv('EXEC')],
    loss: 'data.loss.item',
  }
}

export function addMember(key: Bytes, member: Bytes): DataAction {
  return {
    label: 'data.did.member',
    values: values(key),
    commands: [argv('SADD', key, member)],
    undo: [argv('SREM', key, member)],
  }
}

export function removeMember(key: Bytes, member: Bytes): DataAction {
  return {
    label: 'data.did.memberGone',
    values: values(key),
    commands: [argv('SREM', key, member)],
    undo: [argv('SADD', key, member)],
  }
}

export function setScore(key: Bytes, member: Bytes, score: string, before: string | undefined): DataAction {
  return {
    label: 'data.did.score',
    values: values(key),
    commands: [argv('ZADD', key, score, member)],
    undo: [before === undefined ? argv('ZREM', key, member) : argv('ZADD', key, before, member)],
  }
}

export function removeScored(key: Bytes, member: Bytes, before: string): DataAction {
  return {
    label: 'data.did.memberGone',
    values: values(key),
    commands: [argv('ZREM', key, member)],
    undo: [argv('ZADD', key, before, member)],
  }
}

export function addEntry(key: Bytes, id: string, fields: readonly Bytes[]): DataAction {
  return {
    label: 'data.did.entry',
    values: values(key),
    commands: [argv('XADD', key, id, ...fields)],
    // The entry can go again, its ID stays spent; consumers may have had it.
    loss: 'data.loss.entryAdded',
  }
}

export function deleteEntry(key: Bytes, id: string): DataAction {
  return {
    label: 'data.did.entryGone',
    values: { key, id },
    commands: [argv('XDEL', key, id)],
    loss: 'data.loss.entry',
  }
}

export function createGroup(key: Bytes, group: Bytes, from: string): DataAction {
  return {
    label: 'data.did.group',
    values: { key, group },
    commands: [argv('XGROUP', 'CREATE', key, group, from)],
    undo: [argv('XGROUP', 'DESTROY', key, group)],
  }
}

export function destroyGroup(key: Bytes, group: Bytes): DataAction {
  return {
    label: 'data.did.groupGone',
    values: { key, group },
    commands: [argv('XGROUP', 'DESTROY', key, group)],
    loss: 'data.loss.group',
  }
}

export function deleteConsumer(key: Bytes, group: Bytes, consumer: Bytes): DataAction {
  return {
    label: 'data.did.consumerGone',
    values: { key, consumer },
    commands: [argv('XGROUP', 'DELCONSUMER', key, group, consumer)],
    loss: 'data.loss.consumer',
  }
}

export function acknowledge(key: Bytes, group: Bytes, ids: readonly string[]): DataAction {
  return {
    label: 'data.did.acknowledged',
    values: { key, n: ids.length },
    commands: [argv('XACK', key, group, ...ids)],
    loss: 'data.loss.acknowledged',
  }
}

export function claim(key: Bytes, group: Bytes, consumer: Bytes, ids: readonly string[]): DataAction {
  return {
    label: 'data.did.claimed',
    values: { key, consumer, n: ids.length },
    commands: [argv('XCLAIM', key, group, consumer, 0, ...ids)],
    loss: 'data.loss.claimed',
  }
}

export function expire(key: Bytes, seconds: string, before: Expiry): DataAction {
  return {
    label: 'data.did.expire',
    values: values(key),
    commands: [argv('EXPIRE', key, seconds)],
    // A time that is over deletes the key at once.
    ...(Number(seconds) <= 0 ? { loss: 'data.loss.key' } : { undo: [backTo(key, before)] }),
  }
}

export function persist(key: Bytes, before: Expiry): DataAction {
  return {
    label: 'data.did.persist',
    values: values(key),
    commands: [argv('PERSIST', key)],
    undo: [backTo(key, before)],
  }
}

function backTo(key: Bytes, expiry: Expiry): Argv {
  return expiry === null ? argv('PERSIST', key) : argv('PEXPIREAT', key, expiry)
}

/** Never onto a key that is there: RENAME would delete it. */
export function rename(key: Bytes, name: Bytes): DataAction {
  return {
    label: 'data.did.renamed',
    values: { key, name },
    commands: [argv('RENAMENX', key, name)],
    undo: [argv('RENAMENX', name, key)],
  }
}

/** Everything that a small key holds, as it was read before its deletion. */
export type Contents =
  | { readonly type: 'string'; readonly value: Bytes }
  | { readonly type: 'hash' | 'list' | 'set'; readonly items: readonly Bytes[] }
  /** Scores before their members, as ZADD takes them. */
  | { readonly type: 'zset'; readonly items: readonly Bytes[] }

/** `contents` is undefined where the key is too large, or of a type that no command recreates as it was. */
export function deleteKey(key: Bytes, contents: Contents | undefined, expiry: Expiry): DataAction {
  const action = { label: 'data.did.deleted', values: values(key), commands: [argv('DEL', key)] }
  if (!contents) return { ...action, loss: 'data.loss.key' }
  const undo = [recreate(key, contents), ...(expiry === null ? [] : [backTo(key, expiry)])]
  return { ...action, undo }
}

function recreate(key: Bytes, contents: Contents): Argv {
  switch (contents.type) {
    case 'string':
      return argv('SET', key, contents.value)
    case 'hash':
      return argv('HSET', key, ...contents.items)
    case 'list':
      return argv('RPUSH', key, ...contents.items)
    case 'set':
      return argv('SADD', key, ...contents.items)
    case 'zset':
      return argv('ZADD', key, ...contents.items)
  }
}

export const keyTypes = ['string', 'hash', 'list', 'set', 'zset', 'stream'] as const
export type KeyType = (typeof keyTypes)[number]

/** A new key with one element. `name` is the field of a hash or stream, the score of a sorted set. */
export function createKey(type: KeyType, key: Bytes, name: Bytes, value: Bytes): DataAction {
  const commands: Readonly<Record<KeyType, Argv>> = {
    string: argv('SET', key, value, 'NX'),
    hash: argv('HSET', key, name, value),
    list: argv('RPUSH', key, value),
    set: argv('SADD', key, value),
    zset: argv('ZADD', key, name || bytesOf('0'), value),
    stream: argv('XADD', key, '*', name, value),
  }
  return { label: 'data.did.created', values: values(key), commands: [commands[type]], loss: 'data.loss.created' }
}

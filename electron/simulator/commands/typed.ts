import type { Bytes } from '../../../shared/bytes'
import type { Entry } from '../keyspace/database'
import type { ValueOf, ValueType } from '../keyspace/value'
import type { Call } from '../node/command-spec'
import { errors } from '../node/errors'
import type { Reply } from '../resp/reply'

export type ErrorReply = Extract<Reply, { kind: 'error' }>

/** An entry that is known to hold a value of a type. */
export type EntryOf<Type extends ValueType> = Entry & { value: ValueOf<Type> }

export const wrongType = errors.wrongType as ErrorReply

/** Finds a key to read it: its entry, `undefined` without the key, or the WRONGTYPE reply. */
export function readTyped<Type extends ValueType>(
  { node, db }: Call,
  key: Bytes,
  type: Type,
): EntryOf<Type> | undefined | ErrorReply {
  return checked(node.keyspace.read(db, key), type)
}

/** The same for a key that is to be changed: no hit or miss is counted. */
export function findTyped<Type extends ValueType>(
  { node, db }: Call,
  key: Bytes,
  type: Type,
): EntryOf<Type> | undefined | ErrorReply {
  return checked(node.keyspace.find(db, key), type)
}

export function hasType<Type extends ValueType>(entry: Entry, type: Type): entry is EntryOf<Type> {
  return entry.value.type === type
}

function checked<Type extends ValueType>(entry: Entry | undefined, type: Type): EntryOf<Type> | undefined | ErrorReply {
  return entry === undefined || hasType(entry, type) ? entry : wrongType
}

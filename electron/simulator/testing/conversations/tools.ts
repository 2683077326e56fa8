import { as, conversation, type Conversation, type Step } from '../conversation'
import { withoutIds } from '../normalisers'

export { after, as, conversation, raw, type Conversation, type Step } from '../conversation'
export * from '../normalisers'

/** A conversation of which every connection hears each change of a key, so that replies and events show their order. */
export function listening(name: string, ...lines: readonly (string | Step)[]): Conversation {
  return conversation(
    name,
    'CONFIG SET notify-keyspace-events KEg$lshzxtnm',
    as(withoutIds, 'HELLO 3'),
    'PSUBSCRIBE __key*',
    ...lines,
    'CONFIG SET notify-keyspace-events ""',
  )
}

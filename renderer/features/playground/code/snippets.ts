/**
 * What an actor's program looks like in the clients that people use, from what the trace tells of the actor. Pure. The
 * sound way keeps a job on the server until its work is done; the naive one is what is often written, and what it loses.
 */
import { bullSnippet } from './bull'
import { goConsumer, goProducer } from './go'
import { nodeConsumer, nodeProducer } from './node'
import { cliConsumer, cliProducer, pythonConsumer, pythonProducer } from './python'

export const languages = ['ioredis', 'node-redis', 'redis-py', 'go-redis', 'redis-cli'] as const
export type Language = (typeof languages)[number]

export type CodeSpec = QueueSpec | BullSpec

interface Program {
  readonly role: 'producer' | 'consumer'
  readonly key: string
  /** The consumer group of a stream. */
  readonly group: string
  /** The actor's own name: that of a consumer in its group, or of its processing list. */
  readonly name: string
  readonly isSound: boolean
}

/** One around a queue that is a single key. */
export interface QueueSpec extends Program {
  readonly queue: 'list' | 'delayed' | 'priority' | 'stream'
}

export interface BullSpec extends Program {
  readonly queue: 'bull'
}

/** The program of one actor. */
export function snippetOf(language: Language, spec: CodeSpec): string {
  if (spec.queue === 'bull') return bullSnippet(language, spec)
  const isProducer = spec.role === 'producer'
  switch (language) {
    case 'ioredis':
    case 'node-redis':
      return isProducer ? nodeProducer(language, spec) : nodeConsumer(language, spec)
    case 'redis-py':
      return isProducer ? pythonProducer(spec) : pythonConsumer(spec)
    case 'go-redis':
      return isProducer ? goProducer(spec) : goConsumer(spec)
    case 'redis-cli':
      return isProducer ? cliProducer(spec) : cliConsumer(spec)
  }
}

/** A text as a literal that JavaScript, Python and Go read alike. */
export function quote(text: string): string {
  return JSON.stringify(text)
}

/** The list in which a consumer keeps what it has in hand. */
export function processingOf({ key, name }: CodeSpec): string {
  return `${key}:processing:${name}`
}

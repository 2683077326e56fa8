import { bytesOf, textOf } from '../../../shared/bytes'
import { bytesIn, type Send } from '../queues/queue'
import type { Yard } from '../actors/yard'
import { Sandbox } from './sandbox'

/** What a handler is told: of a job its `id`, `body`, `attempt` and `queue`; of a message its `channel` and `body`. */
export type HandlerMessage = Readonly<Record<string, string | number>>

/** Gives the actor's handler; it has to be made anew after the actor's process has ended. */
export function createHandler(
  yard: Yard,
  actor: string,
  code: string,
  ways: {
    readonly call: Send
    readonly sleep: (us: number) => Promise<void>
    readonly acknowledge: () => Promise<void>
  },
): Sandbox {
  const chance = yard.random.fork(`handler of ${actor}`)
  return new Sandbox(actor, code, {
    call: async (words) =>
      plain(await ways.call(...words.map((word) => (typeof word === 'string' ? bytesOf(word) : word)))),
    sleep: (ms) => ways.sleep(Math.max(0, Math.round(ms * 1000))),
    acknowledge: ways.acknowledge,
    log: (text) => void yard.trace.append({ type: 'actor.said', actor, text }),
    random: () => chance.float(),
  })
}

/** A reply as data that JSON can carry. */
function plain(reply: unknown): unknown {
  if (Array.isArray(reply)) return reply.map(plain)
  if (Buffer.isBuffer(reply)) return textOf(bytesIn(reply))
  if (reply instanceof Error) return { error: reply.message }
  if (typeof reply === 'bigint') return Number(reply)
  return reply ?? null
}

/** What publishers and producers say. */
import { z } from 'zod'

/** `{{n}}` counts from 1, `{{actor}}` is the actor's name; the other words are told of in docs/scenario-format.md. */
export const message = z.string().max(100_000)

/** Sent in turn as they stand, from the first again after the last, instead of `message`. */
export const messages = z.array(message).min(1).max(10_000).optional()

/** So many at once, each time. */
export const burst = z.int().min(1).max(10_000).default(1)

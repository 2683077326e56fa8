import { z } from 'zod'
import { ExpressionError, namesIn, parseExpression } from '../expression'
import { handlerCode } from './names'
import { duration, saying } from './quantities'
import { parseTriggerOn } from './trigger-on'

/** What a trigger's condition may ask of the event. */
export const triggerNames = ['event', 'key', 'message', 'value', 'late', 'n'] as const

const on = z.string().superRefine((text, context) => {
  if (parseTriggerOn(text)) return
  const fix =
    'Write for example: expired cart:*, message news, pmessage news.*, entry orders, length jobs > 100, every 5s.'
  context.addIssue(saying(`"${text}" is nothing that a trigger can listen to`, fix))
})

const condition = z.string().superRefine((text, context) => {
  try {
    parseExpression(text)
    void namesIn(parseExpression(text))
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    context.addIssue(
      saying(`${error.message} (at character ${error.column})`, 'Write a comparison, such as value > 5.'),
    )
  }
})

export const trigger = z
  .strictObject({
    role: z.literal('trigger'),
    on,
    /** It fires only where this holds. */
    when: condition.optional(),
    /** A command; `{{key}}`, `{{event}}`, `{{message}}`, `{{value}}` and `{{n}}` stand for what happened. */
    do: z.string().min(1).max(10_000).optional(),
    /** A note to the person who watches. */
    notify: z.string().min(1).max(1000).optional(),
    /** JavaScript, told of the event as `message`. */
    handler: handlerCode.optional(),
    /** How often a threshold is looked at. */
    every: duration.default(500_000),
    /** Listens on every primary of a cluster: key events are told by the node that has the key, and by no other. */
    everywhere: z.boolean().default(false),
  })
  .superRefine((actor, context) => {
    if (actor.do !== undefined || actor.notify !== undefined || actor.handler !== undefined) return
    context.addIssue(saying('does nothing', 'Give it do:, notify: or handler:.'))
  })

import { expect, it } from 'vitest'
import { parseTriggerOn } from './trigger-on'

it.each([
  ['expired cart:*', { kind: 'key', event: 'expired', pattern: 'cart:*' }],
  ['* note', { kind: 'key', event: '*', pattern: 'note' }],
  ['message news', { kind: 'message', channel: 'news' }],
  ['pmessage news.*', { kind: 'pmessage', pattern: 'news.*' }],
  ['entry orders', { kind: 'entry', stream: 'orders' }],
  ['length jobs > 100', { kind: 'threshold', measure: 'length', words: ['jobs'], isAbove: true, limit: 100 }],
  ['lag orders g < 1.5', { kind: 'threshold', measure: 'lag', words: ['orders', 'g'], isAbove: false, limit: 1.5 }],
  ['memory > 1', { kind: 'threshold', measure: 'memory', words: [], isAbove: true, limit: 1 }],
  ['every 5s', { kind: 'every', us: 5_000_000 }],
])('reads %s', (text, on) => {
  expect(parseTriggerOn(text)).toEqual(on)
})

it.each(['', 'expired', 'every', 'every 0s', 'length jobs = 1', 'lag orders > 1', 'message a b', 'Set x'])(
  'reads nothing in "%s"',
  (text) => {
    expect(parseTriggerOn(text)).toBeUndefined()
  },
)

import { expect, it } from 'vitest'
import type { TraceEvent } from './event-types'
import { countEvent, createLedger } from './ledger'

const base = { seq: 1, t: 0, cause: 0, connection: 1, node: 'node-1', channel: 'news', message: 1 }

function ledgerOf(...events: Partial<TraceEvent>[]) {
  const ledger = createLedger()
  for (const event of events) countEvent(ledger, { ...base, ...event } as TraceEvent)
  return ledger
}

it('counts a message from its publishing to each of its ends', () => {
  const ledger = ledgerOf(
    { type: 'message.published', actor: 'ana', receivers: 3 },
    { type: 'message.delivered', actor: 'ben' },
    { type: 'message.lost', actor: 'cleo', why: 'in-flight' },
    { type: 'message.lost', actor: 'dan', why: 'disconnected' },
  )
  // Dan was none of the three receivers; one of them is still to get it.
  const counts = { sent: 1, delivered: 1, lost: 2, inFlight: 1 }
  expect(ledger.total).toEqual(counts)
  expect(ledger.channels.get('news')).toEqual(counts)
  expect(Object.fromEntries(ledger.actors)).toEqual({
    ana: { sent: 1, delivered: 0, lost: 0, inFlight: 0 },
    ben: { sent: 0, delivered: 1, lost: 0, inFlight: 0 },
    cleo: { sent: 0, delivered: 0, lost: 1, inFlight: 0 },
    dan: { sent: 0, delivered: 0, lost: 1, inFlight: 0 },
  })
})

it('counts what nobody listened to as lost, though for nobody', () => {
  const ledger = ledgerOf(
    { type: 'message.published', actor: 'ana', receivers: 0 },
    { type: 'message.lost', actor: '', why: 'no-subscriber' },
  )
  expect(ledger.total).toEqual({ sent: 1, delivered: 0, lost: 1, inFlight: 0 })
  expect([...ledger.actors.keys()]).toEqual(['ana'])
})

import { expect, it } from 'vitest'
import { bytesOf } from '../../../shared/bytes'
import type { TraceEvent } from '../../../shared/trace/event-types'
import { countEvent, createLedger, ledgerTypes } from '../../../shared/trace/ledger'
import { VirtualClock } from '../../simulator/clock/virtual-clock'
import { Trace } from '../trace/trace'
import { JobBook } from './job-book'

const orders = bytesOf('orders')
const source = { resource: orders, group: '' }
const first = { place: '', attempt: 1, isKept: false }
const kept = { place: '', attempt: 1, isKept: true }

function openBook(kind: 'list' | 'stream' = 'list') {
  const clock = new VirtualClock(0, 0)
  const trace = new Trace(clock, 1)
  const ledger = createLedger()
  const events: TraceEvent[] = []
  trace.listen(ledgerTypes, (event) => {
    countEvent(ledger, event)
    events.push(event)
  })
  const book = new JobBook(trace, clock)
  book.open(orders, kind)
  const add = (...jobs: string[]) => jobs.forEach((job) => book.add('shop', orders, job, orders))
  const whys = (type: 'job.lost' | 'job.duplicated') =>
    events.flatMap((event) => (event.type === type ? [event.why] : []))
  return { book, events, add, whys, counts: () => ledger.jobs.queues.get(orders)! }
}

it('counts a job from its adding to its end', () => {
  const { book, add, counts } = openBook()
  add('a', 'b')
  book.take('worker', source, 'a', first)
  book.handle('worker', source, 'a')
  expect(counts()).toMatchObject({ sent: 2, expected: 2, delivered: 1, inFlight: 1, taken: 1, handled: 1, lost: 0 })
})

it('loses what only a process knew that is gone, and nothing that the server keeps', () => {
  const { book, add, whys, counts } = openBook()
  add('a', 'b', 'c')
  book.take('worker', source, 'a', first)
  book.take('worker', source, 'b', kept)
  book.leave('worker')
  expect(whys('job.lost')).toEqual(['holder-gone'])
  expect(counts()).toMatchObject({ lost: 1, inFlight: 2 })
})

it('finds again what it thought lost', () => {
  const { book, add, counts } = openBook()
  add('a')
  book.take('worker', source, 'a', first)
  book.leave('worker')
  book.take('other', source, 'a', first)
  book.handle('other', source, 'a')
  expect(counts()).toMatchObject({ lost: 0, inFlight: 0, delivered: 1, duplicated: 0 })
})

it.each([
  ['claimed-at-work', ['take one', 'claim', 'take two', 'handle one', 'handle two']],
  ['not-acknowledged', ['take one', 'handle one', 'claim', 'take two', 'handle two']],
  ['rolled-back', ['take one', 'handle one', 'acknowledge one', 'take two', 'handle two']],
  ['added-twice', ['take one', 'handle one', 'take two', 'handle two']],
  ['retried', ['take one', 'handle one', 'retry one', 'take one', 'handle one']],
])('says of a job that was handled twice: %s', (why, deeds) => {
  const { book, add, whys, counts } = openBook()
  add('a')
  for (const deed of deeds) {
    const [what, who = ''] = deed.split(' ')
    if (what === 'take') book.take(who, source, 'a', kept)
    if (what === 'handle') book.handle(who, source, 'a')
    if (what === 'acknowledge') book.acknowledge(who, source, 'a')
    if (what === 'retry') book.retry(who, source, 'a', 2, 0)
    if (what === 'claim') book.claim('two', source, 'a', 'one', 1)
  }
  expect(whys('job.duplicated')).toEqual([why])
  expect(counts()).toMatchObject({ delivered: 1, handled: 2, duplicated: 1, inFlight: 0 })
})

it('says of a job that two movers moved that it was moved twice', () => {
  const { book, add, whys } = openBook()
  const later = bytesOf('later')
  book.open(later, 'delayed')
  add()
  book.add('shop', later, 'a', later)
  for (const mover of ['one', 'two']) book.move(mover, { resource: later, group: '' }, 'a', orders)
  for (const times of [1, 2]) {
    book.take(`worker-${times}`, source, 'a', first)
    book.handle(`worker-${times}`, source, 'a')
  }
  expect(whys('job.duplicated')).toEqual(['moved-twice'])
})

it('moves a dead letter from one queue to the other, and counts it once', () => {
  const { book, add, counts, events } = openBook()
  const dead = bytesOf('dead')
  book.open(dead, 'list')
  add('a')
  book.take('worker', source, 'a', kept)
  book.bury('worker', source, 'a', dead, 'too often')
  book.bury('other', source, 'a', dead, 'too often')
  expect(counts()).toMatchObject({ moved: 1, deadlettered: 2, inFlight: 0 })
  expect(events.at(-1)).toMatchObject({ type: 'job.deadlettered', open: 0, copies: 0 })
})

it('gives a group that begins at the start what was there, and one that begins at the end nothing of it', () => {
  const { book, add, counts } = openBook('stream')
  add('a', 'b')
  book.join('one', { resource: orders, group: 'all' }, 'start')
  book.join('two', { resource: orders, group: 'new' }, 'end')
  add('c')
  expect(counts()).toMatchObject({ sent: 3, expected: 4, inFlight: 4 })
})

it('gives a group that begins behind an entry what came after it', () => {
  const { book, counts } = openBook('stream')
  const places = ['9-0', '10-0', '10-1', '11-0']
  for (const place of places) book.add('shop', orders, place, orders, place)
  book.join('one', { resource: orders, group: 'replay' }, '10')
  book.join('two', { resource: orders, group: 'last' }, '10-1')
  expect(counts()).toMatchObject({ sent: 4, expected: 3, inFlight: 3 })
})

it('knows a job that was taken before its producer heard of its adding, or never did', () => {
  const { book, counts } = openBook()
  for (const job of ['a', 'b', 'c']) {
    if (job === 'c') book.refuse('shop', orders, job, orders, 'Connection is closed.')
    book.take('worker', source, job, first)
    book.handle('worker', source, job)
    if (job === 'a') book.add('shop', orders, job, orders)
    if (job === 'b') book.refuse('shop', orders, job, orders, 'Connection is closed.')
  }
  expect(counts()).toMatchObject({ sent: 3, expected: 3, delivered: 3, inFlight: 0 })
})

it('tells which job was overtaken, though not of those that are tried again', () => {
  const { book, add, counts } = openBook()
  add('a', 'b', 'c')
  for (const job of ['b', 'a', 'c', 'b']) book.take('worker', source, job, kept)
  expect(counts().outOfOrder).toBe(1)
})

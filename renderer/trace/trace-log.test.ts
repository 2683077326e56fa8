import { describe, expect, it } from 'vitest'
import { BatchWriter, unpackBatch, type TraceBatch } from '../../shared/trace/batch'
import type { EventInput } from '../../shared/trace/event-types'
import { chatTrace } from '../bridge/fixture-trace'
import { everything, EventView } from './event-view'
import { causesOf, effectsOf, lifeOf } from './message-life'
import { TraceLog } from './trace-log'

function batchOf(events: readonly { t: number; event: EventInput }[], firstSeq = 1): TraceBatch {
  const writer = new BatchWriter(1)
  events.forEach(({ t, event }, index) => writer.add(firstSeq + index, t, event))
  return writer.take(0)
}

function filled(eventsMax = 200_000): TraceLog {
  const log = new TraceLog(eventsMax)
  log.append(batchOf(chatTrace()))
  return log
}

const published = (message: number): EventInput => ({
  type: 'message.published',
  actor: 'ana',
  connection: 1,
  node: 'n',
  channel: 'c',
  message,
  payload: `text ${message}`,
  receivers: 0,
})

describe('TraceLog', () => {
  it('gives back every event as it came', () => {
    const batch = batchOf(chatTrace())
    const log = filled()
    expect(unpackBatch(batch).map(({ seq }) => log.at(seq))).toEqual(unpackBatch(batch))
  })

  it('gives the same events whatever the batches', () => {
    const events = chatTrace()
    const log = new TraceLog()
    for (let at = 0; at < events.length; at += 7) log.append(batchOf(events.slice(at, at + 7), at + 1))
    const whole = filled()
    for (let seq = 1; seq <= events.length; seq++) expect(log.at(seq)).toEqual(whole.at(seq))
  })

  it('keeps the newest events, counts what it dropped, and stays bounded', () => {
    const log = new TraceLog(10_000)
    for (let at = 0; at < 50_000; at += 500) {
      const events = Array.from({ length: 500 }, (_, index) => ({ t: at + index, event: published(at + index) }))
      log.append(batchOf(events, at + 1))
    }
    expect(log.lastSeq).toBe(50_000)
    expect(log.size).toBeGreaterThanOrEqual(10_000)
    expect(log.size).toBeLessThanOrEqual(10_000 + 4096)
    expect(log.dropped).toBe(50_000 - log.size)
    expect(log.at(1)).toBeUndefined()
    expect(log.publishedOf(49_999)?.payload).toBe('text 49999')
    expect(log.publishedOf(1)).toBeUndefined()
  })

  it('finds events by time', () => {
    const log = filled()
    const seq = log.seqAt(6_000_000)
    expect(log.timeAt(seq)).toBeGreaterThanOrEqual(6_000_000)
    expect(log.timeAt(seq - 1)).toBeLessThan(6_000_000)
    expect(log.seqAt(1e12)).toBe(log.lastSeq + 1)
  })
})

describe('the life of a message', () => {
  it('runs from its command to every receiver and every loss', () => {
    const log = filled()
    let lost = 0
    log.walk(1, log.lastSeq, (_segment, _index, seq) => {
      const event = log.at(seq)
      if (event?.type === 'message.lost') lost = event.message
      return lost === 0
    })
    const life = lifeOf(log, lost)
    expect(life.command?.command).toContain('PUBLISH chatroom')
    expect(life.reply?.reply).toBe(':2')
    expect(life.delivered.map(({ actor }) => actor).sort()).toEqual(['cem', 'eve'])
    expect(life.lost).toMatchObject([{ actor: 'dora', why: 'disconnected' }])
  })

  it('leads from a delivery back to the command, and from the command on', () => {
    const log = filled()
    const delivery = lifeOf(log, 1).delivered[0]!
    const causes = causesOf(log, delivery)
    expect(causes.map(({ type }) => type)).toEqual(['command.sent', 'message.published'])
    expect(effectsOf(log, causes[0]!.seq).map(({ type }) => type)).toEqual(['message.published', 'command.replied'])
  })
})

describe('EventView', () => {
  it('shows everything without a filter', () => {
    const log = filled()
    const view = new EventView(log)
    expect(view.count).toBe(log.size)
    expect(view.seqAt(4)).toBe(5)
  })

  it.each([
    ['families', { families: new Set(['break'] as const) }, (type: string) => /lost|closed/.test(type)],
    ['a type', { type: 'message.delivered' as const }, (type: string) => type === 'message.delivered'],
    ['words of the payload', { text: 'lunch' }, (type: string) => /message|command/.test(type)],
  ])('filters by %s', (_name, part, fits) => {
    const log = filled()
    const view = new EventView(log)
    view.setFilter({ ...everything, ...part })
    while (view.isBehind) view.catchUp(50)
    expect(view.count).toBeGreaterThan(0)
    expect(view.count).toBeLessThan(log.size)
    for (let row = 0; row < view.count; row++) {
      expect(fits(log.typeAt(view.seqAt(row))!)).toBe(true)
      expect(view.rowOf(view.seqAt(row))).toBe(row)
    }
  })

  it('filters by actor and channel, and takes in what comes later', () => {
    const events = chatTrace()
    const log = new TraceLog()
    const view = new EventView(log)
    view.setFilter({ ...everything, actor: 'dora', resource: 'chatroom' })
    for (let at = 0; at < events.length; at += 11) {
      log.append(batchOf(events.slice(at, at + 11), at + 1))
      view.catchUp()
    }
    const expected = events.filter(
      ({ event }) =>
        'actor' in event &&
        event.actor === 'dora' &&
        (('channel' in event && event.channel) || ('resource' in event && event.resource)) === 'chatroom',
    )
    expect(view.count).toBe(expected.length)
  })
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, defineComponent, h } from 'vue'
import { BatchWriter } from '../../shared/trace/batch'
import type { EventInput } from '../../shared/trace/event-types'
import { createTraceFeed, type TraceFeed } from './trace-feed'

/** A window that takes so long to draw itself anew. */
function windowOf(feed: TraceFeed, drawingMs: number) {
  const drawn = { times: 0 }
  const app = createApp(
    defineComponent(() => () => {
      drawn.times++
      vi.setSystemTime(Date.now() + drawingMs)
      return h('p', [feed.tick.value, feed.structure.value])
    }),
  )
  app.mount(document.createElement('div'))
  return drawn
}

let seq = 0
function news(feed: TraceFeed, event: EventInput): void {
  const writer = new BatchWriter(1)
  writer.add(++seq, seq, event)
  feed.accept(writer.take(0))
}
const joins = (n: number): EventInput => ({
  ...{ type: 'actor.joined', actor: `a${n}`, role: 'subscriber', rate: 0, template: '' },
})

beforeEach(() => {
  seq = 0
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  vi.spyOn(performance, 'now').mockImplementation(() => Date.now())
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe('how often a window is drawn anew', () => {
  it('is at once for new parts and eight times a second for counts, where drawing is quick', async () => {
    const feed = createTraceFeed()
    const drawn = windowOf(feed, 2)
    news(feed, joins(1))
    await vi.advanceTimersByTimeAsync(200)
    drawn.times = 0
    for (let n = 0; n < 50; n++) {
      news(feed, joins(2 + n))
      await vi.advanceTimersByTimeAsync(20)
    }
    expect(drawn.times).toBeGreaterThanOrEqual(50)
  })

  it('is seldom where drawing takes long, and nothing that came is left out in the end', async () => {
    const feed = createTraceFeed()
    const drawn = windowOf(feed, 300)
    news(feed, joins(1))
    await vi.advanceTimersByTimeAsync(200)
    drawn.times = 0
    for (let n = 0; n < 150; n++) {
      news(feed, joins(2 + n))
      await vi.advanceTimersByTimeAsync(20)
    }
    // Three seconds of news: each drawing of 300 ms is followed by twice its time of rest.
    expect(drawn.times).toBeGreaterThan(2)
    expect(drawn.times).toBeLessThan(8)
    await vi.advanceTimersByTimeAsync(2000)
    const shown = feed.structure.value
    await vi.advanceTimersByTimeAsync(5000)
    expect(feed.structure.value).toBe(shown)
    expect(feed.model.value.actors.size).toBe(151)
  })
})

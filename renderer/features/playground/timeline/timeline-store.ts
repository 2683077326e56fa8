import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { useRun } from '../../../stores/run'
import { useTrace } from '../../../trace/trace-feed'

export type TimeWindow = '10' | '60' | 'all'

const SHORTEST_US = 1000
const LONGEST_US = 3_600_000_000

/** Which span of the run the lanes show. Following, its end is the run's clock. */
export const useTimeline = defineStore('timeline', () => {
  const run = useRun()
  const trace = useTrace()
  /** `null` shows the whole run. */
  const spanUs = shallowRef<number | null>(10_000_000)
  /** `null` follows the clock. */
  const endUs = shallowRef<number | null>(null)

  const isFollowing = computed(() => endUs.value === null)
  const choice = computed<TimeWindow | null>(() => {
    if (spanUs.value === null) return 'all'
    if (spanUs.value === 10_000_000) return '10'
    return spanUs.value === 60_000_000 ? '60' : null
  })

  function range(): { readonly from: number; readonly to: number } {
    const now = run.clockUs()
    if (spanUs.value === null) {
      const from = trace.log.value.timeAt(trace.log.value.firstSeq)
      return { from, to: Math.max(now, from + 1_000_000) }
    }
    // A young run fills the window from its left, as a page fills from its top.
    const to = Math.max(endUs.value ?? now, spanUs.value)
    return { from: to - spanUs.value, to }
  }

  function choose(window: TimeWindow): void {
    spanUs.value = window === 'all' ? null : Number(window) * 1_000_000
    endUs.value = null
  }

  function scroll(byUs: number): void {
    const { from, to } = range()
    spanUs.value ??= to - from
    const end = to + byUs
    endUs.value = end >= run.clockUs() ? null : Math.max(spanUs.value, end)
  }

  /** Zooms so that the time under the pointer stays under it. */
  function zoom(factor: number, aroundUs: number): void {
    const { from, to } = range()
    const span = Math.min(LONGEST_US, Math.max(SHORTEST_US, (to - from) * factor))
    const share = (aroundUs - from) / (to - from)
    const end = aroundUs + (1 - share) * span
    spanUs.value = span
    endUs.value = isFollowing.value && run.isRunning ? null : end >= run.clockUs() ? null : Math.max(span, end)
  }

  /** Brings a time into view, in the middle, unless it is there already. */
  function reveal(timeUs: number): void {
    const { from, to } = range()
    if (timeUs >= from && timeUs <= to) return
    const span = spanUs.value ?? to - from
    endUs.value = Math.max(span, timeUs + span / 2)
  }

  function goLive(): void {
    endUs.value = null
  }

  trace.listen({ reset: goLive })

  return { spanUs, endUs, isFollowing, choice, range, choose, scroll, zoom, reveal, goLive }
})

import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent } from 'vue'
import { useSelection } from '../stores/selection'
import { useUi } from '../stores/ui'
import { mountInApp, type Mounted } from '../testing/mount-app'
import { useTriggerNotes } from './use-trigger-notes'

let mounted: Mounted
const note = (text: string, action = `notify ${text}`) =>
  mounted.bridge.emit({ type: 'trigger.acted', actor: 'alarm', resource: '', action })

afterEach(() => {
  vi.useRealTimers()
  mounted.wrapper.unmount()
})

describe('what triggers tell the person who watches', () => {
  it('is shown, leads to its event, and comes gathered when it comes often', async () => {
    const component = defineComponent(() => {
      useTriggerNotes()
      return () => null
    })
    mounted = await mountInApp(component, { startAtMs: 1000 })
    const ui = useUi()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })

    note('', 'LPUSH reminders x')
    expect(ui.toast).toBeNull()
    note('too long')
    expect(ui.toast?.text).toBe('alarm: too long')
    const { lastSeq } = mounted.feed.log.value
    ui.toast!.open!()
    expect(useSelection().current).toEqual({ kind: 'event', seq: lastSeq })

    const { id } = ui.toast!
    for (let n = 1; n <= 50; n++) note(`note ${n}`)
    expect(ui.toast?.id).toBe(id)
    await vi.advanceTimersByTimeAsync(2000)
    expect(ui.toast).toMatchObject({ id: id + 1, text: 'alarm: note 50 (and 49 more)' })
    await vi.advanceTimersByTimeAsync(2000)
    note('alone again')
    expect(ui.toast?.text).toBe('alarm: alone again')
  })
})

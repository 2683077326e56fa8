import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { mountInApp, settle, type Mounted } from '../testing/mount-app'
import { useGraph } from '../features/playground/graph/graph-store'
import { useRun } from './run'
import { useSettings } from './settings'
import { useUndo } from './undo'

const Nothing = defineComponent({ render: () => h('div') })
let mounted: Mounted

afterEach(() => mounted.wrapper.unmount())

describe('the run store', () => {
  it('takes up a run that is there already, as after a reload', async () => {
    mounted = await mountInApp(Nothing, { startAtMs: 3000 })
    const { size } = mounted.feed.log.value
    mounted.feed.reset()
    expect(mounted.feed.log.value.size).toBe(0)
    await useRun().attach()
    expect(mounted.feed.model.value.actors.size).toBe(5)
    expect(mounted.feed.log.value.size).toBe(size)
  })

  it('lets no late answer take the place of a newer state', async () => {
    mounted = await mountInApp(Nothing, { startAtMs: 1000 })
    const run = useRun()
    await run.attach()
    const before = { ...run.state }
    await run.pause()
    expect(run.state.status).toBe('paused')
    mounted.bridge.tell({ ...before, status: 'running' })
    expect(run.state.status).toBe('paused')
    mounted.bridge.tell({ ...before, status: 'running', run: before.run + 1, revision: 1 })
    expect(run.state.status).toBe('running')
  })

  it('keeps why a start was refused, and shows no run', async () => {
    mounted = await mountInApp(Nothing)
    mounted.bridge.fail('run.start', {
      code: 'scenario.syntax',
      message: 'x.yaml:3:5: not valid YAML: no.',
      hint: 'Close the quote.',
      values: { file: 'x.yaml', line: 3, column: 5, problem: 'no', fix: 'Close the quote.' },
    })
    expect(await useRun().start({ kind: 'text', name: 'x.yaml', text: '"' })).toBe(false)
    expect(useRun().error?.code).toBe('scenario.syntax')
    expect(useRun().isOpen).toBe(false)
  })
})

describe('the settings store', () => {
  it('switches theme and language at once and writes them soon after', async () => {
    mounted = await mountInApp(Nothing)
    useSettings().change({ theme: 'light' })
    useSettings().change({ language: 'zh-CN' })
    await settle()
    expect(document.documentElement.dataset.theme).toBe('light')
    await expect
      .poll(() => mounted.bridge.called.at(-1))
      .toEqual({ name: 'settings.set', params: { theme: 'light', language: 'zh-CN' } })
    expect(document.documentElement.lang).toBe('zh-CN')
    useSettings().change({ language: 'en' })
    await settle()
  })
})

describe('the graph store', () => {
  it('keeps what was dragged for the scenario, and undoes it', async () => {
    mounted = await mountInApp(Nothing, { startAtMs: 1000 })
    const graph = useGraph()
    const before = graph.places.get('actor:ana')!
    graph.drop(new Map([['actor:ana', { x: 5, y: 6 }]]), new Map([['actor:ana', before]]), 'Moved ana')
    expect(graph.places.get('actor:ana')).toEqual({ x: 5, y: 6 })
    expect(useSettings().values.layouts['chat-room']).toEqual({ 'actor:ana': { x: 5, y: 6 } })
    await useRun().restart()
    mounted.bridge.advance(1000)
    await settle()
    expect(graph.places.get('actor:ana')).toEqual({ x: 5, y: 6 })
    await useUndo().undo()
    expect(graph.places.get('actor:ana')).toEqual(before)
  })

  it('leaves every node where it is when somebody joins', async () => {
    mounted = await mountInApp(Nothing, { startAtMs: 1000 })
    const graph = useGraph()
    const before = new Map(graph.places)
    mounted.bridge.emit({ type: 'actor.joined', actor: 'zoe', role: 'subscriber', rate: 0, template: '' })
    await settle()
    for (const [id, place] of before) expect(graph.places.get(id)).toEqual(place)
    expect(graph.places.has('actor:zoe')).toBe(true)
  })
})

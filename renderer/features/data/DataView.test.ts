import { afterEach, describe, expect, it } from 'vitest'
import type { ReplyTree } from '../../../shared/reply'
import { mountInApp, settle, type Mounted } from '../../testing/mount-app'
import { useData } from '../../stores/data'
import { useRun } from '../../stores/run'
import { useSettings } from '../../stores/settings'
import DataView from './DataView.vue'

let mounted: Mounted
afterEach(() => mounted.wrapper.unmount())

const bulk = (bytes: string): ReplyTree => ({ kind: 'bulk', bytes })
const integer = (value: number): ReplyTree => ({ kind: 'integer', value })

/** Three keys: a string, a hash that expires in 90 s, and a stream. */
function peek([command, ...rest]: readonly string[]): ReplyTree {
  const key = rest[0] === 'ENCODING' || rest[0] === 'USAGE' ? rest[1]! : rest[0]!
  switch (command) {
    case 'SCAN':
      return {
        kind: 'array',
        items: [bulk('0'), { kind: 'array', items: ['text', 'user:1', 'log'].map(bulk) }],
      }
    case 'TYPE':
      return { kind: 'simple', text: { text: 'string', 'user:1': 'hash', log: 'stream' }[key] ?? 'none' }
    case 'PTTL':
      return integer(key === 'user:1' ? 90_000 : -1)
    case 'PEXPIRETIME':
      return integer(key === 'user:1' ? 1_800_000_000_000 : -1)
    case 'OBJECT':
      return bulk('listpack')
    case 'STRLEN':
      return integer(5)
    case 'HLEN':
    case 'XLEN':
      return integer(1)
    case 'GETRANGE':
      return bulk('hello')
    case 'HSCAN':
      return { kind: 'array', items: [bulk('0'), { kind: 'array', items: [bulk('name'), bulk('ada')] }] }
    case 'HGETALL':
      return { kind: 'map', items: [bulk('name'), bulk('ada')] }
    default:
      return { kind: 'array', items: [] }
  }
}

async function show(): Promise<void> {
  mounted = await mountInApp(DataView, { startAtMs: 1000, settings: { dataAuto: false } })
  mounted.bridge.holdData(peek)
  await useData().load(true)
  // Nothing has a height here, so nothing is in sight by itself.
  await useData().readInfos(useData().keys)
  await settle()
}

const button = (text: string) => mounted.wrapper.findAll('button').find((one) => one.text() === text)!
const sent = () =>
  mounted.bridge.called.flatMap(({ name, params }) =>
    name === 'console.send'
      ? (params as { commands: { argv: string[] }[] }).commands.map(({ argv }) => argv.join(' '))
      : [],
  )

describe('the view of the data', () => {
  it('lists keys with what is known of them', async () => {
    await show()
    const rows = mounted.wrapper.findAll('[role="treeitem"]').map((row) => row.text())
    expect(rows).toHaveLength(3)
    expect(rows[1]).toMatch(/^user:1hash1listpack1:30$/)
    expect(mounted.wrapper.text()).toContain('Keys found: 3, scanned: 3 of 3')
  })

  it('shows a change before it is sent, sends it, and takes it back', async () => {
    await show()
    await useData().select('user:1' as never)
    await settle()
    expect(mounted.wrapper.find('tbody').text()).toContain('nameada')
    await mounted.wrapper.find('[aria-label="Edit name"]').trigger('click')
    await settle()
    await mounted.wrapper.find('.dock textarea').setValue('eve')
    expect(mounted.wrapper.find('.dock code').text()).toBe('HSET user:1 name eve')
    expect(sent()).toEqual([])
    mounted.bridge.answerWith(() => integer(0))
    await mounted.wrapper.find('.dock form').trigger('submit')
    await settle()
    expect(sent()).toEqual(['HSET user:1 name eve'])
    await button('Undo').trigger('click')
    await settle()
    expect(sent()).toEqual(['HSET user:1 name eve', 'HSET user:1 name ada'])
  })

  it('offers to undo a deletion only where all was read', async () => {
    await show()
    await useData().select('user:1' as never)
    await settle()
    await button('Delete').trigger('click')
    await settle()
    expect(mounted.wrapper.find('.dock').text()).toContain('Can be undone.')
    await button('Cancel').trigger('click')
    await useData().select('log' as never)
    await settle()
    await button('Delete').trigger('click')
    await settle()
    expect(mounted.wrapper.find('.dock').text()).toContain('Cannot be undone: the key and all that it holds are gone.')
  })

  it('shows a refusal of the node word for word, and offers no undo', async () => {
    await show()
    await useData().select('user:1' as never)
    await settle()
    await button('Add field').trigger('click')
    await settle()
    mounted.bridge.answerWith(() => ({ kind: 'error', text: 'NOPERM no permission' }))
    await mounted.wrapper.find('.dock form').trigger('submit')
    await settle()
    expect(mounted.wrapper.find('.dock .last').text()).toContain('(error) NOPERM no permission')
    expect(button('Undo')).toBeUndefined()
  })

  it('sends to the database that is shown', async () => {
    await show()
    useData().db = 1
    await settle()
    await useData().select('text' as never)
    await settle()
    await button('Edit').trigger('click')
    await settle()
    await mounted.wrapper.find('.dock form').trigger('submit')
    await settle()
    expect(sent()).toEqual(['SELECT 1', 'SET text hello KEEPTTL'])
  })

  it('keeps the last values when the node cannot be read, and says how old they are', async () => {
    await show()
    mounted.bridge.fail('data.peek', { code: 'internal', message: '', hint: '', values: { problem: 'x' } })
    await useData().look([])
    await settle()
    expect(mounted.wrapper.find('[role="alert"]').text()).toContain('Something in Eventyard failed')
    expect(mounted.wrapper.findAll('[role="treeitem"]')).toHaveLength(3)
  })

  it('gathers keys as a tree, and remembers that', async () => {
    await show()
    await mounted.wrapper.find('[aria-label="Tree by colon"]').trigger('click')
    await settle()
    expect(mounted.wrapper.findAll('[role="treeitem"]').map((row) => row.attributes('aria-expanded'))).toEqual([
      'false',
      undefined,
      undefined,
    ])
    expect(useSettings().values.dataTree).toBe(true)
  })

  it('is not put off by news of the run', async () => {
    await show()
    await useData().select('text' as never)
    await useRun().pause()
    await settle()
    expect(useData().selected).toBe('text')
  })
})

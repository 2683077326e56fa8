import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { bytesOf } from '../../../shared/bytes'
import { EventyardError, toErrorData } from '../../../shared/errors'
import TransportBar from '../playground/transport/TransportBar.vue'
import { useConsoles } from '../../stores/consoles'
import { usePlaces } from '../../stores/places'
import { useRun } from '../../stores/run'
import { useUi } from '../../stores/ui'
import { useUndo } from '../../stores/undo'
import { mountInApp, settle } from '../../testing/mount-app'
import DeploymentsView from './DeploymentsView.vue'

const mountedNow: VueWrapper[] = []
afterEach(() => {
  for (const wrapper of mountedNow.splice(0)) wrapper.unmount()
  document.body.innerHTML = ''
})

async function open() {
  const mounted = await mountInApp(DeploymentsView)
  mountedNow.push(mounted.wrapper)
  await settle()
  const paramsOf = (name: string) =>
    mounted.bridge.called.filter((call) => call.name === name).map(({ params }) => params)
  return { ...mounted, paramsOf }
}

/** Dialogs are at the end of the page, outside of what was mounted. */
function field(label: string): HTMLInputElement {
  const found = [...document.querySelectorAll('label')].find((one) => one.textContent?.trim() === label)
  return document.getElementById(found!.htmlFor) as HTMLInputElement
}

function fill(label: string, value: string): void {
  const input = field(label)
  input.value = value
  input.dispatchEvent(new Event('input'))
}

async function press(name: string): Promise<void> {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('button')]
  const found = buttons.findLast((one) => (one.getAttribute('aria-label') ?? one.textContent!.trim()) === name)
  found!.click()
  await settle()
}

async function addOrders(): Promise<void> {
  await press('Add a connection')
  fill('Name', 'Orders')
  fill('URL', 'redis://ana:secret@redis.example:6380/2')
  await settle()
  await press('Save')
}

describe('the Deployments view', () => {
  it('saves a connection by its URL, and shows it without its password', async () => {
    const { wrapper, paramsOf } = await open()
    expect(wrapper.text()).toContain('No connection is saved yet.')
    await press('Add a connection')
    fill('Name', 'Orders')
    fill('URL', 'redis://ana:secret@redis.example:6380/2')
    await settle()
    expect(field('Hosts').value).toBe('redis.example:6380')
    expect(field('User').value).toBe('ana')
    expect(field('Database').value).toBe('2')
    fill('Hosts', 'other.example:6380')
    await settle()
    expect(field('URL').value).toBe('redis://ana:***@other.example:6380/2')
    await press('Save')
    expect(paramsOf('connections.save')).toMatchObject([
      { name: 'Orders', keep: [], connection: { password: 'secret', hosts: [{ host: 'other.example', port: 6380 }] } },
    ])
    expect(wrapper.text()).toContain('redis://ana:***@other.example:6380/2')
    expect(document.body.innerHTML).not.toContain('secret@')
  })

  it('keeps a stored password when something else is changed', async () => {
    const { paramsOf } = await open()
    await addOrders()
    await press('Change Orders')
    expect(field('Password').value).toBe('')
    fill('Name', 'Renamed')
    await settle()
    await press('Save')
    const [, changed] = paramsOf('connections.save')
    expect(changed).toMatchObject({ id: 'saved-1', name: 'Renamed', keep: ['password'] })
    expect(changed).not.toHaveProperty('connection.password')
  })

  it('tells what was tried, and what to do where it failed', async () => {
    const { wrapper, bridge } = await open()
    await addOrders()
    const refusal = { address: 'redis.example:6380', problem: 'WRONGPASS invalid username-password pair' }
    bridge.fail('connections.test', toErrorData(new EventyardError('connection.wrongpass', refusal)))
    await press('Test')
    const steps = wrapper.findAll('.diagnosis li')
    expect(steps.find((step) => step.classes('failed'))!.text()).toContain('login')
    expect(wrapper.get('[role="alert"]').text()).toContain('Check user and password')
    await press('Test')
    expect(wrapper.get('.found.selectable, .diagnosis .found').text()).not.toBe('')
    expect(wrapper.findAll('.diagnosis li.failed')).toHaveLength(0)
  })

  it('removes a connection and brings it back', async () => {
    const { wrapper } = await open()
    await addOrders()
    await press('Remove Orders')
    expect(wrapper.findAll('article')).toHaveLength(0)
    await useUndo().undo()
    await settle()
    expect(wrapper.findAll('article')).toHaveLength(1)
  })

  it('says where there is no redis-server, and keeps the path of one that there is', async () => {
    const { wrapper, bridge } = await open()
    expect(wrapper.text()).toContain('/usr/bin/redis-server, version 7.0.15')
    const path = wrapper.get<HTMLInputElement>('.program input')
    await path.setValue('/nowhere')
    await wrapper.get('.program').trigger('submit')
    await settle()
    expect(wrapper.text()).toContain('There is no redis-server at "/nowhere".')
    await path.setValue('/opt/redis/redis-server')
    await wrapper.get('.program').trigger('submit')
    await settle()
    usePlaces().chosen = { kind: 'local' }
    await useRun().start({ kind: 'builtin', id: 'chat-room' })
    const on = bridge.called.find(({ name }) => name === 'run.start')!.params
    expect(on).toMatchObject({ on: { kind: 'local', server: '/opt/redis/redis-server' } })
  })

  it('starts runs where it was chosen, and leaves time alone there', async () => {
    const { paramsOf } = await open()
    await addOrders()
    await press('Run here')
    usePlaces().chosen = { kind: 'saved', id: 'saved-1' }
    const run = useRun()
    await run.start({ kind: 'builtin', id: 'chat-room' })
    expect(paramsOf('run.start')).toMatchObject([{ on: { kind: 'saved', id: 'saved-1' } }])
    expect(usePlaces().running?.name).toBe('Orders')
    expect(run.canAct).toBe(true)
    expect(run.canSteer).toBe(false)
  })
})

describe('a run on real servers', () => {
  it('has its controls of time disabled, with the reason', async () => {
    const { wrapper } = await mountInApp(TransportBar)
    mountedNow.push(wrapper)
    usePlaces().chosen = { kind: 'local' }
    await useRun().start({ kind: 'builtin', id: 'chat-room' })
    await settle()
    for (const name of ['Pause', 'Step to the next event']) {
      const button = wrapper.get(`button[aria-label="${name}"]`)
      expect(button.attributes('disabled')).toBeDefined()
      expect(button.attributes('title')).toContain('Real servers go at their own pace')
    }
    expect(wrapper.text()).toContain('real time')
    usePlaces().chosen = { kind: 'embedded' }
    await useRun().start({ kind: 'builtin', id: 'chat-room' })
    await settle()
    expect(wrapper.get('button[aria-label="Pause"]').attributes('disabled')).toBeUndefined()
  })

  it('asks before a command that could harm others, and sends it only when it is meant', async () => {
    const { wrapper, bridge } = await mountInApp(TransportBar, { startAtMs: 100 })
    mountedNow.push(wrapper)
    const refusal = toErrorData(new EventyardError('connection.dangerous', { command: 'FLUSHALL' }))
    const consoles = useConsoles()
    const ui = useUi()
    const confirmed = () =>
      bridge.called
        .filter(({ name }) => name === 'console.send')
        .map(({ params }) => (params as { confirmed?: boolean }).confirmed)

    bridge.fail('console.send', refusal)
    const refused = consoles.send(1, [bytesOf('FLUSHALL')])
    await settle()
    expect(ui.question?.command).toBe('FLUSHALL')
    ui.question!.answer(false)
    await refused
    expect(confirmed()).toEqual([undefined])
    expect(consoles.error?.code).toBe('connection.dangerous')

    bridge.fail('console.send', refusal)
    const meant = consoles.send(1, [bytesOf('FLUSHALL')])
    await settle()
    ui.question!.answer(true)
    await meant
    expect(confirmed()).toEqual([undefined, undefined, true])
    expect(consoles.error).toBeNull()
    expect(ui.question).toBeNull()
  })
})

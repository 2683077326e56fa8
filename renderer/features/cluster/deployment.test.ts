import { describe, expect, it } from 'vitest'
import { cardState } from './card-state'
import { shardsOf, slotRanges } from './shards'
import { linksOf, type LinkSources } from './links'
import { layOut, neighbourOf } from './stage-layout'
import { overlaps, wallsAround, zigzag } from './link-paths'
import { placeNames } from './slot-names'
import { belief, believing, clusterView } from './testing'
import type { DeploymentView } from '../../../shared/deployment-view'

const promoted = clusterView({
  'node-2': { state: 'down' },
  'node-5': { role: 'primary', primary: null, slots: [[5461, 10_922]], epoch: 4 },
})
const columns = (view: DeploymentView) =>
  shardsOf(view).map(({ primary, others }) => [primary.name, ...others.map(({ name }) => name)])

describe('slots and shards', () => {
  it('are the primaries with those who follow them, in the order of their slots', () => {
    expect(columns(clusterView())).toEqual([
      ['node-1', 'node-4'],
      ['node-2', 'node-5'],
      ['node-3', 'node-6'],
    ])
  })

  it('belong to the newest claim, and who lost them stays in the column', () => {
    expect(slotRanges(promoted).map(({ first, owner, isServed }) => [first, owner?.name, isServed])).toEqual([
      [0, 'node-1', true],
      [5461, 'node-5', true],
      [10_923, 'node-3', true],
    ])
    expect(columns(promoted)[1]).toEqual(['node-5', 'node-2'])
    expect(shardsOf(promoted)[1]!.look).toBe(shardsOf(clusterView())[1]!.look)
  })

  it('are not served while their owner is down, or nobody has them', () => {
    const view = clusterView({ 'node-2': { state: 'down' }, 'node-3': { slots: [[10_923, 16_000]] } })
    expect(slotRanges(view).map(({ first, owner, isServed }) => [first, owner?.name ?? null, isServed])).toEqual([
      [0, 'node-1', true],
      [5461, 'node-2', false],
      [10_923, 'node-3', true],
      [16_001, null, false],
    ])
  })
})

describe('a card', () => {
  it('says what the others hold of a node', () => {
    const node = (view: DeploymentView, name: string) => view.nodes.find((one) => one.name === name)!
    const of = (flags: string[], state: 'running' | 'down' | 'paused' = 'running') => {
      const silent = belief('node-2', { flags: ['master', ...flags], pongReceivedMs: 997_000 })
      const view = believing(clusterView({ 'node-2': { state } }), 'node-1', [silent])
      return cardState(view, node(view, 'node-2'), false)
    }
    expect(of([])).toEqual({ chip: 'primary', tone: 'plain', silentMs: null })
    expect(of(['fail?'])).toEqual({ chip: 'pfail', tone: 'wait', silentMs: 3000 })
    expect(of(['fail'])).toMatchObject({ chip: 'fail', tone: 'break' })
    expect(of(['fail'], 'down')).toMatchObject({ chip: 'downFail', tone: 'break' })
    expect(of([], 'paused')).toMatchObject({ chip: 'paused', tone: 'wait' })
  })
})

describe('the stage', () => {
  const content = (view: DeploymentView, actors: string[] = ['shop']) => ({
    shards: shardsOf(view),
    sentinels: [],
    actors,
    candidates: new Set<string>(),
  })
  const room = { width: 1000, height: 480 }

  it('lets nobody stand on anybody, in rooms of any size', () => {
    const many = Array.from({ length: 9 }, (_, index) => `actor-${index}`)
    for (const size of [room, { width: 700, height: 200 }, { width: 400, height: 900 }]) {
      const { boxes, width, height } = layOut(content(clusterView(), many), size)
      expect(boxes).toHaveLength(15)
      for (const [index, box] of boxes.entries()) {
        expect(box.x >= 0 && box.x + box.width <= width && box.y + box.height <= height, box.name).toBe(true)
        for (const other of boxes.slice(index + 1)) {
          expect(overlaps(box, other), `${box.name} ${other.name}`).toBe(false)
        }
      }
    }
  })

  it('is left by the arrow keys for whoever stands next', () => {
    const { boxes } = layOut(content(clusterView()), room)
    const from = boxes.find(({ name }) => name === 'node-2')!
    const to = (direction: 'left' | 'right' | 'up' | 'down') => neighbourOf(boxes, from, direction)?.name
    expect([to('left'), to('right'), to('up'), to('down')]).toEqual(['node-1', 'node-3', 'shop', 'node-5'])
  })

  it('walls a side in without taking in anybody else', () => {
    const { boxes } = layOut(content(clusterView()), room)
    const box = (name: string) => boxes.find((one) => one.name === name)!
    expect(wallsAround([box('node-1'), box('node-4')], [box('node-2')])).toHaveLength(1)
    const apart = wallsAround([box('node-1'), box('node-3')], [box('node-2')])
    expect(apart).toHaveLength(2)
    for (const wall of apart) expect(overlaps(wall, box('node-2'))).toBe(false)
    expect(zigzag(apart[0]!)).toMatch(/^M.*Z$/)
  })
})

describe('links', () => {
  const sources = (view: DeploymentView, more: Partial<LinkSources> = {}): LinkSources => ({
    view,
    shards: shardsOf(view),
    actors: ['shop'],
    rate: (_, node) => (node === 'node-2' ? 5 : 0),
    candidacies: new Map(),
    redirects: [],
    ...more,
  })
  const short = (view: DeploymentView, more?: Partial<LinkSources>) =>
    linksOf(sources(view, more)).map(
      ({ kind, from, to, cutBy }) => `${kind} ${from} ${to}${cutBy >= 0 ? ` cut by ${cutBy}` : ''}`,
    )
  const fault = (view: DeploymentView, one: DeploymentView['faults'][number]['fault']): DeploymentView => ({
    ...view,
    faults: [{ id: 9, fault: one, sinceUs: 0, endsUs: null }],
  })

  it('lie between primaries, replicas and the actors that use them', () => {
    expect(short(clusterView())).toEqual([
      'gossip node-1 node-2',
      'gossip node-2 node-3',
      'psync node-1 node-4',
      'psync node-2 node-5',
      'psync node-3 node-6',
      'command shop node-2',
    ])
  })

  it('are cut where a fault lies on them, and where an end is down', () => {
    const cut = fault(clusterView(), { kind: 'cut', from: ['node-2'], to: ['node-5', 'node-6'], oneWay: false })
    expect(short(cut)).toContain('psync node-2 node-5 cut by 9')
    expect(short(cut)).toContain('fault node-2 node-6 cut by 9')
    const parted = fault(clusterView(), {
      kind: 'partition',
      groups: [
        ['node-2', 'node-5'],
        ['node-1', 'shop'],
      ],
    })
    expect(short(parted)).toEqual([
      'gossip node-1 node-2 cut by 9',
      'gossip node-2 node-3',
      'psync node-1 node-4',
      'psync node-2 node-5',
      'psync node-3 node-6',
      'command shop node-2 cut by 9',
    ])
    expect(short(clusterView({ 'node-2': { state: 'down' } }))).toContain('psync node-2 node-5 cut by 0')
  })

  it('number the steps of a redirect', () => {
    const last = { kind: 'MOVED', slot: 9, from: 'node-1', to: 'node-2', lastUs: 0, seq: 2, cause: 1 }
    const redirects = [{ actor: 'shop', firstSeq: 1, firstUs: 0, count: 1, ...last }]
    const steps = linksOf(sources(clusterView(), { redirects })).filter(({ step }) => step > 0)
    expect(steps.map(({ step, kind, from, to }) => [step, kind, from, to])).toEqual([
      [1, 'command', 'shop', 'node-1'],
      [2, 'moved', 'node-1', 'shop'],
      [3, 'ask-again', 'shop', 'node-2'],
    ])
  })
})

describe('names over the slot bar', () => {
  it('keep off each other, and are left out where there is no room', () => {
    const named = Array.from({ length: 60 }, (_, index) => ({
      name: `orders:{${index}}`,
      kind: 'key',
      slot: (index * 271) % 16_384,
      node: 'node-1',
    }))
    const placed = placeNames(named, 900)
    expect(placed.length).toBeGreaterThan(6)
    expect(placed.length).toBeLessThan(named.length)
    expect(placeNames(named, 0)).toEqual([])
    expect(placeNames([{ name: 'x', kind: 'key', slot: 16_383, node: null }], 900)[0]).toMatchObject({ isLeft: true })
  })
})

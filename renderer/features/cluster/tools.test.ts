import { parse } from 'yaml'
import { describe, expect, it } from 'vitest'
import { faultSchema } from '../../../shared/faults'
import { scenarioSchema } from '../../../shared/scenario/schema'
import { clusterView } from './testing'
import {
  defaultSettings,
  faultOf,
  faultText,
  mayEnd,
  reasonAgainst,
  reasonAgainstAll,
  toolNames,
  tools,
  tricks,
} from './tools'

const faults = toolNames.flatMap((name) => {
  const settings = { ...defaultSettings, jitterMs: 5, bandwidthKb: 2, isOneWay: true, jumpMs: -3000 }
  const fault = faultOf(name, { from: ['node-1', 'node-2'], to: ['node-3'] }, settings)
  return fault ? [[name, fault] as const] : []
})

describe('the tools of the Break tray', () => {
  it('have a letter each', () => {
    expect(new Set(tools.map(({ letter }) => letter)).size).toBe(tools.length)
    expect(tools.map(({ name }) => name)).toEqual(toolNames)
  })

  it.each(faults)('make a fault of %s that the engine takes', (_name, fault) => {
    expect(faultSchema.parse(fault)).toEqual(fault)
  })

  it.each(faults)('write %s as a scenario would', (_name, fault) => {
    const step = parse(
      `{ at: 1s, fault: ${faultText(fault, fault.kind === 'jump-clock' || fault.kind === 'drop' ? 0 : 3)} }`,
    )
    const scenario = { eventyard: 1, name: 'x', actors: {}, steps: [step] }
    expect(scenarioSchema.safeParse(scenario).error?.issues).toBeUndefined()
  })

  it.each(tricks)('make and write %s of one message as a scenario would', (trick) => {
    const fault = faultOf('flight', { from: ['node-1'], to: ['node-3'] }, { ...defaultSettings, trick })!
    expect(faultSchema.parse(fault)).toEqual({ kind: 'flight', from: 'node-1', to: 'node-3', what: trick })
    const steps = [parse(`{ at: 1s, fault: ${faultText(fault, 0)} }`)]
    expect(scenarioSchema.safeParse({ eventyard: 1, name: 'x', actors: {}, steps }).error?.issues).toBeUndefined()
  })

  it('may end by themselves only where something lasts', () => {
    expect(mayEnd('flight', { ...defaultSettings, trick: 'hold' })).toBe(true)
    expect(mayEnd('flight', { ...defaultSettings, trick: 'drop' })).toBe(false)
    expect([mayEnd('skew', defaultSettings), mayEnd('kill', defaultSettings)]).toEqual([false, true])
  })

  it('make none while targets are missing', () => {
    expect(faultOf('kill', { from: [], to: [] }, defaultSettings)).toBeNull()
    expect(faultOf('cut', { from: ['node-1'], to: [] }, defaultSettings)).toBeNull()
    expect(faultOf('restart', { from: ['node-1'], to: [] }, defaultSettings)).toBeNull()
  })

  it('say why they cannot be used', () => {
    const { nodes } = clusterView({ 'node-1': { state: 'down' }, 'node-2': { state: 'paused' } })
    const [down, paused, running] = nodes
    expect(reasonAgainst('kill', down!)).toBe('down')
    expect(reasonAgainst('pause', paused!)).toBe('paused')
    expect(reasonAgainst('restart', paused!)).toBeNull()
    expect(reasonAgainst('restart', running!)).toBe('running')
    expect(reasonAgainstAll('restart', nodes)).toBeNull()
    expect(reasonAgainstAll('restart', clusterView().nodes)).toBe('running')
    expect(reasonAgainstAll('cut', [])).toBeNull()
  })
})

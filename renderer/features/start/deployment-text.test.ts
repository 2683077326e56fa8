import { describe, expect, it } from 'vitest'
import { readScenario } from '../../../shared/scenario/read'
import { isWrong, numbersOf, scenarioText, topologies, usualChoice } from './deployment-text'

describe('scenarioText', () => {
  it.each(topologies)('is a scenario that can be run, of topology %s', (topology) => {
    for (const hasWriter of [true, false]) {
      const text = scenarioText({ ...usualChoice, topology, seed: 42, hasWriter }, 'Mine: "it"', 'Break it.')
      const { name, seed, deployment, actors } = readScenario(text, 'mine.yaml')
      expect(name).toBe('Mine: "it"')
      expect(seed).toBe(42)
      expect(deployment.topology).toBe(topology)
      expect(Object.keys(actors)).toEqual(hasWriter ? ['shop'] : [])
    }
  })

  it('says what was chosen', () => {
    const choice = { ...usualChoice, primaries: 5, replicas: 2, nodeTimeoutMs: 900, latencyMinMs: 2, latencyMaxMs: 2 }
    expect(readScenario(scenarioText(choice, 'x', 'y'), 'x.yaml').deployment).toMatchObject({
      primaries: 5,
      replicas: 2,
      config: { 'cluster-node-timeout': '900' },
    })
    expect(scenarioText(choice, 'x', 'y')).toContain('latency: 2ms }')
  })

  it('knows numbers that cannot be', () => {
    expect(numbersOf('cluster').filter((name) => isWrong(usualChoice, name))).toEqual([])
    expect(isWrong({ ...usualChoice, primaries: 0 }, 'primaries')).toBe(true)
    expect(isWrong({ ...usualChoice, replicas: 1.5 }, 'replicas')).toBe(true)
    expect(isWrong({ ...usualChoice, seed: NaN }, 'seed')).toBe(true)
    expect(isWrong({ ...usualChoice, latencyMinMs: 5 }, 'latencyMaxMs')).toBe(true)
  })
})

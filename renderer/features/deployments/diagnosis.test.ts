import { describe, expect, it } from 'vitest'
import { errorCodes, EventyardError, toErrorData, type ErrorCode } from '../../../shared/errors'
import { fixtureFound } from '../../bridge/fixture-connections'
import { diagnosisSteps, stepsOf } from './diagnosis'

const everything = { isTls: true, hasFiles: true }
const failedWith = (code: ErrorCode) => ({ ok: false as const, error: toErrorData(new EventyardError(code)) })

describe('the steps of a diagnosis', () => {
  it('are all well where the connection is', () => {
    const steps = stepsOf({ ok: true, value: fixtureFound }, { isTls: false, hasFiles: false })
    expect(steps.map(({ step }) => step)).toEqual(['name', 'port', 'redis', 'login', 'kind', 'state'])
    expect(steps.every(({ result }) => result === 'well')).toBe(true)
  })

  it('end at the first that failed', () => {
    const steps = stepsOf(failedWith('connection.wrongpass'), { isTls: true, hasFiles: false })
    expect(steps.map(({ step, result }) => `${step} ${result}`)).toEqual([
      'name well',
      'port well',
      'tls well',
      'redis well',
      'login failed',
      'kind untried',
      'state untried',
    ])
  })

  it('know every way in which trying can fail', () => {
    const others = ['url', 'read-only', 'dangerous', 'unknown', 'list']
    const codes = errorCodes.filter(
      (code) => code.startsWith('connection.') && !others.includes(code.slice('connection.'.length)),
    )
    const failed = codes.map((code) => stepsOf(failedWith(code), everything).find(({ result }) => result === 'failed'))
    expect(codes.filter((_code, index) => failed[index] === undefined)).toEqual([])
    expect(new Set(failed.map((step) => step!.step))).toEqual(new Set(diagnosisSteps))
  })

  it('are none where the failure is not of the connection', () => {
    expect(stepsOf(failedWith('worker.crashed'), everything)).toEqual([])
  })
})

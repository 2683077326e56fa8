import { readFileSync, statSync } from 'node:fs'
import type { ScenarioSource } from '../../shared/contract'
import { EventyardError, problemOf } from '../../shared/errors'
import { SCENARIO_BYTES_MAX } from '../../shared/scenario/read'

/** What a person named: the id of a built-in scenario, or a file's path. Throws `scenario.unreadable` and its kin. */
export function scenarioSource(name: string): ScenarioSource {
  if (!/[/\\]|\.ya?ml$/i.test(name)) return { kind: 'builtin', id: name }
  try {
    const { size } = statSync(name)
    if (size > SCENARIO_BYTES_MAX) {
      throw new EventyardError('scenario.too-large', { file: name, bytes: size, limit: SCENARIO_BYTES_MAX })
    }
    return { kind: 'text', name, text: readFileSync(name, 'utf8') }
  } catch (error) {
    if (error instanceof EventyardError) throw error
    throw new EventyardError('scenario.unreadable', { file: name, problem: problemOf(error) }, { cause: error })
  }
}

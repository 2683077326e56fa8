/** The built-in scenarios: the YAML files of one folder. A scenario's id is its file's name without `.yaml`. */
import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { ScenarioSource, ScenarioSummary } from '../../../shared/contract'
import { EventyardError, problemOf } from '../../../shared/errors'
import { readScenario } from '../../../shared/scenario/read'
import type { Scenario } from '../../../shared/scenario/schema'

export interface LoadedScenario {
  readonly id: string
  readonly scenario: Scenario
}

export class ScenarioLibrary {
  constructor(private readonly folder: string) {}

  list(): ScenarioSummary[] {
    return this.ids().map((id) => {
      const { name, about, tags, deployment, seed } = this.load({ kind: 'builtin', id }).scenario
      return { id, name, about, tags, topology: deployment.topology, seed }
    })
  }

  /** Throws `scenario.unknown`, `scenario.unreadable` or what is wrong with the file. */
  load(source: ScenarioSource): LoadedScenario {
    if (source.kind === 'text') {
      return { id: `file:${source.name}`, scenario: readScenario(source.text, source.name) }
    }
    // An id is looked up in the folder's list, so it can never be a path out of it.
    if (!this.ids().includes(source.id)) throw new EventyardError('scenario.unknown', { name: source.id })
    const file = join(this.folder, `${source.id}.yaml`)
    return { id: source.id, scenario: readScenario(readText(file), basename(file)) }
  }

  private ids(): string[] {
    try {
      return readdirSync(this.folder)
        .filter((file) => file.endsWith('.yaml'))
        .map((file) => basename(file, '.yaml'))
        .sort()
    } catch (error) {
      throw new EventyardError(
        'scenario.unreadable',
        { file: this.folder, problem: problemOf(error) },
        { cause: error },
      )
    }
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new EventyardError('scenario.unreadable', { file, problem: problemOf(error) }, { cause: error })
  }
}

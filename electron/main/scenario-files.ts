import { open } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import { EventyardError, problemOf } from '../../shared/errors'

export const scenarioExtensions = ['yaml', 'yml'] as const
/** The contract's bound on a scenario's text. */
const bytesMax = 1_000_000

export interface ScenarioFile {
  readonly name: string
  readonly text: string
}

/** The files to open among the arguments of a start, as absolute paths. Switches and the app's folder are not. */
export function fileArguments(argv: readonly string[], workingFolder: string): string[] {
  return argv
    .slice(1)
    .filter((argument) => !argument.startsWith('-') && isOpenable(argument))
    .map((argument) => resolve(workingFolder, argument))
}

/** Files that the system associates with Eventyard. */
export function isOpenable(path: string): boolean {
  return isScenario(path) || extname(path).toLowerCase() === '.eventyard'
}

export async function readScenarioFile(path: string): Promise<ScenarioFile> {
  if (!isScenario(path)) {
    const problem = 'the window plays scenarios (.yaml), not recordings'
    throw new EventyardError('scenario.unreadable', { file: path, problem })
  }
  const bytes = await readAtMost(path)
  try {
    return { name: basename(path), text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch (error) {
    throw new EventyardError('scenario.unreadable', { file: path, problem: 'it is not UTF-8 text' }, { cause: error })
  }
}

function isScenario(path: string): boolean {
  return (scenarioExtensions as readonly string[]).includes(extname(path).slice(1).toLowerCase())
}

async function readAtMost(path: string): Promise<Uint8Array> {
  let file
  try {
    file = await open(path, 'r')
    const { size } = await file.stat()
    if (size > bytesMax) throw new EventyardError('scenario.too-large', { file: path, bytes: size, limit: bytesMax })
    return await file.readFile()
  } catch (error) {
    if (error instanceof EventyardError) throw error
    throw new EventyardError('scenario.unreadable', { file: path, problem: problemOf(error) }, { cause: error })
  } finally {
    await file?.close()
  }
}

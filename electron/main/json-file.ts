import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { problemOf } from '../../shared/errors'

export type JsonFile = { kind: 'none' } | { kind: 'value'; value: unknown } | { kind: 'damaged'; problem: string }

export function readJsonFile(file: string): JsonFile {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return missing ? { kind: 'none' } : { kind: 'damaged', problem: problemOf(error) }
  }
  try {
    return { kind: 'value', value: JSON.parse(text) }
  } catch (error) {
    return { kind: 'damaged', problem: problemOf(error) }
  }
}

/** Writes beside the file and renames: whoever reads sees the old file or the new one, whatever fails in between. */
export function writeJsonFile(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true })
  const draft = `${file}.new`
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`)
  renameSync(draft, file)
}

import { renameSync } from 'node:fs'
import { basename } from 'node:path'
import type { z } from 'zod'
import { settingsSchema, type Settings } from '../../shared/contract'
import { EventyardError } from '../../shared/errors'
import { readJsonFile, writeJsonFile } from './json-file'

export type SettingsChange = { readonly [K in keyof Settings]?: Settings[K] | undefined }

export interface SettingsStore {
  readonly settings: Settings
  /** Why the file could not be used when the app started. It was set aside, not lost. */
  readonly problem: EventyardError | undefined
  /** Takes effect at once and is written at once: a crash right after it loses nothing. */
  change(change: SettingsChange): Settings
}

/** The user's settings, in a file that they may read and edit while the app is closed. */
export function openSettings(file: string): SettingsStore {
  const { settings: initial, problem } = load(file)
  let settings = initial
  return {
    problem,
    get settings() {
      return settings
    },
    change(change) {
      const next = settingsSchema.parse({ ...settings, ...withoutUndefined(change) })
      try {
        writeJsonFile(file, next)
      } catch (error) {
        throw new EventyardError('output.failed', { file, problem: (error as Error).message }, { cause: error })
      }
      settings = next
      return settings
    },
  }
}

function load(file: string): { settings: Settings; problem: EventyardError | undefined } {
  const defaults = settingsSchema.parse({})
  const read = readJsonFile(file)
  if (read.kind === 'none') return { settings: defaults, problem: undefined }
  if (read.kind === 'damaged') return { settings: defaults, problem: setAside(file, read.problem) }
  const parsed = settingsSchema.safeParse(read.value)
  if (parsed.success) return { settings: parsed.data, problem: undefined }
  // One wrong value does not cost the others theirs.
  return { settings: usableOf(read.value, defaults), problem: setAside(file, firstIssue(parsed.error)) }
}

/** Renames the file, so that the next write does not destroy what a person may have typed into it. */
function setAside(file: string, problem: string): EventyardError {
  const backup = `${file}.bad`
  try {
    renameSync(file, backup)
  } catch (error) {
    return new EventyardError('settings.unreadable', { problem, backup: basename(file) }, { cause: error })
  }
  return new EventyardError('settings.unreadable', { problem, backup })
}

function usableOf(value: unknown, defaults: Settings): Settings {
  if (typeof value !== 'object' || value === null) return defaults
  const usable: Record<string, unknown> = { ...defaults }
  for (const [key, schema] of Object.entries(settingsSchema.shape)) {
    const parsed = schema.safeParse((value as Record<string, unknown>)[key])
    if (parsed.success) usable[key] = parsed.data
  }
  return settingsSchema.parse(usable)
}

export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0]
  if (!issue) return error.message
  const path = issue.path.map(String).join('.')
  return path === '' ? issue.message : `${path}: ${issue.message}`
}

function withoutUndefined(change: SettingsChange): Partial<Settings> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}

import { createPrivateKey, randomUUID } from 'node:crypto'
import { readFileSync, renameSync } from 'node:fs'
import { z } from 'zod'
import type { Connection } from '../../shared/connection'
import { EventyardError, problemOf } from '../../shared/errors'
import {
  isPemText,
  savedConnection,
  secretNames,
  type ConnectionDraft,
  type SavedConnection,
  type SecretName,
} from '../../shared/saved-connection'
import { readJsonFile, writeJsonFile } from './json-file'
import { firstIssue } from './settings'

/** The system's own keeper of secrets: Electron's safeStorage, or what a test has in its place. */
export interface SecretKeeper {
  /** False where the system has none, or one that would not hide anything. */
  isAvailable(): boolean
  encrypt(text: string): Buffer
  decrypt(bytes: Buffer): string
}

export interface ConnectionStore {
  readonly problem: EventyardError | undefined
  readonly canKeepSecrets: boolean
  list(): SavedConnection[]
  save(draft: ConnectionDraft): SavedConnection
  duplicate(id: string): SavedConnection
  /** Takes it out of the list. Until the app ends it can be put back as it was. */
  remove(id: string): void
  restore(id: string): SavedConnection
  /** With its secrets, and with what its files hold: for the engine alone. */
  resolve(id: string): Connection
  resolveDraft(draft: ConnectionDraft): Connection
}

type Secrets = Partial<Record<SecretName, string>>

/** As the file has it: `secrets` is encrypted by the system, then base64. */
const entrySchema = savedConnection.omit({ has: true, isKept: true }).extend({ secrets: z.string().optional() })
type Entry = z.output<typeof entrySchema>
const fileSchema = z.strictObject({ version: z.literal(1), connections: z.array(entrySchema) })

/** The saved connections, in a file beside the settings. Secrets are in it only as the system has encrypted them. */
export function openConnections(file: string, keeper: SecretKeeper): ConnectionStore {
  const loaded = load(file)
  let entries = loaded.entries
  /** Secrets that the system does not keep, for as long as the app runs. */
  const session = new Map<string, Secrets>()
  const removed = new Map<string, { readonly entry: Entry; readonly at: number }>()

  const find = (id: string): Entry => {
    const entry = entries.find((one) => one.id === id)
    if (!entry) throw new EventyardError('connection.unknown', { id })
    return entry
  }

  function secretsOf({ id, name, secrets }: Entry): Secrets {
    if (secrets === undefined) return session.get(id) ?? {}
    try {
      return JSON.parse(keeper.decrypt(Buffer.from(secrets, 'base64'))) as Secrets
    } catch (error) {
      throw new EventyardError('connection.secrets', { name, problem: problemOf(error) }, { cause: error })
    }
  }

  function shown(entry: Entry): SavedConnection {
    const { secrets, ...rest } = entry
    // What cannot be read any more is said when it is needed; until then it may be typed again.
    let known: Secrets = {}
    try {
      known = secretsOf(entry)
    } catch {
      known = {}
    }
    return { ...rest, has: secretNames.filter((name) => known[name] !== undefined), isKept: secrets !== undefined }
  }

  function write(next: readonly Entry[]): void {
    try {
      writeJsonFile(file, { version: 1, connections: next })
    } catch (error) {
      throw new EventyardError('output.failed', { file, problem: problemOf(error) }, { cause: error })
    }
    entries = [...next]
  }

  function sealed(entry: Entry, secrets: Secrets): Entry {
    session.delete(entry.id)
    const { secrets: _old, ...rest } = entry
    if (Object.keys(secrets).length === 0) return rest
    if (keeper.isAvailable()) {
      return { ...rest, secrets: keeper.encrypt(JSON.stringify(secrets)).toString('base64') }
    }
    session.set(entry.id, secrets)
    return rest
  }

  function secretsOfDraft(draft: ConnectionDraft): Secrets {
    const { id, keep, passphrase } = draft
    const entry = id === undefined || keep.length === 0 ? undefined : find(id)
    const stored = entry ? secretsOf(entry) : {}
    const { password, sentinelPassword, tls } = draft.connection
    const key = tls?.key !== undefined && isPemText(tls.key) ? tls.key : undefined
    const typed: Secrets = { password, sentinelPassword, key, passphrase } as Secrets
    const secrets: Secrets = {}
    for (const name of secretNames) {
      const value = typed[name] ?? (keep.includes(name) ? stored[name] : undefined)
      if (value !== undefined) secrets[name] = value
    }
    return secrets
  }

  return {
    problem: loaded.problem,
    get canKeepSecrets() {
      return keeper.isAvailable()
    },
    list: () => entries.map(shown),
    save(draft) {
      const secrets = secretsOfDraft(draft)
      if (draft.id !== undefined) find(draft.id)
      const id = draft.id ?? randomUUID()
      const { name, environment } = draft
      const entry = sealed({ id, name, environment, connection: withoutSecrets(draft.connection) }, secrets)
      const isNew = draft.id === undefined
      write(isNew ? [...entries, entry] : entries.map((one) => (one.id === id ? entry : one)))
      return shown(entry)
    },
    duplicate(id) {
      const original = find(id)
      const copy = sealed(
        { ...original, id: randomUUID(), name: freeName(original.name, entries) },
        secretsOf(original),
      )
      const at = entries.indexOf(original) + 1
      write([...entries.slice(0, at), copy, ...entries.slice(at)])
      return shown(copy)
    },
    remove(id) {
      const entry = find(id)
      const at = entries.indexOf(entry)
      write(entries.filter((one) => one !== entry))
      removed.set(id, { entry, at })
    },
    restore(id) {
      const found = removed.get(id)
      if (!found) throw new EventyardError('connection.unknown', { id })
      removed.delete(id)
      write([...entries.slice(0, found.at), found.entry, ...entries.slice(found.at)])
      return shown(found.entry)
    },
    resolve(id) {
      const entry = find(id)
      return complete(entry.connection, secretsOf(entry))
    },
    resolveDraft: (draft) => complete(withoutSecrets(draft.connection), secretsOfDraft(draft)),
  }
}

function withoutSecrets(connection: Connection): Connection {
  const { password: _password, sentinelPassword: _sentinel, tls, ...rest } = connection
  if (!tls) return { ...rest, tls }
  const { key, ...open } = tls
  // The path of a key file is no secret; what is in the file is.
  return { ...rest, tls: key === undefined || isPemText(key) ? open : { ...open, key } }
}

/** Puts the secrets back, and what files hold in the place of their paths. */
function complete(connection: Connection, secrets: Secrets): Connection {
  const { password, sentinelPassword, key: keyText, passphrase } = secrets
  const { tls } = connection
  const key = keyText ?? (tls?.key === undefined ? undefined : pemOf(tls.key))
  return {
    ...connection,
    ...(password === undefined ? {} : { password }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    tls: tls && {
      ...tls,
      ...(tls.ca === undefined ? {} : { ca: pemOf(tls.ca) }),
      ...(tls.cert === undefined ? {} : { cert: pemOf(tls.cert) }),
      ...(key === undefined ? {} : { key: passphrase === undefined ? key : opened(key, passphrase) }),
    },
  }
}

function pemOf(textOrPath: string): string {
  if (isPemText(textOrPath)) return textOrPath
  try {
    return readFileSync(textOrPath, 'utf8')
  } catch (error) {
    throw new EventyardError('connection.file', { file: textOrPath, problem: problemOf(error) }, { cause: error })
  }
}

function opened(key: string, passphrase: string): string {
  try {
    return createPrivateKey({ key, passphrase }).export({ type: 'pkcs8', format: 'pem' }) as string
  } catch (error) {
    throw new EventyardError('connection.key', { problem: problemOf(error) }, { cause: error })
  }
}

function freeName(name: string, entries: readonly Entry[]): string {
  const base = name.replace(/ \d+$/, '')
  for (let number = 2; ; number++) {
    const next = `${base} ${number}`
    if (!entries.some((one) => one.name === next)) return next
  }
}

function load(file: string): { entries: Entry[]; problem: EventyardError | undefined } {
  const read = readJsonFile(file)
  if (read.kind === 'none') return { entries: [], problem: undefined }
  const parsed = read.kind === 'value' ? fileSchema.safeParse(read.value) : undefined
  if (parsed?.success) return { entries: parsed.data.connections, problem: undefined }
  const problem = read.kind === 'damaged' ? read.problem : firstIssue(parsed!.error!)
  const backup = `${file}.bad`
  try {
    // Set aside, so that the next save does not destroy it.
    renameSync(file, backup)
  } catch (error) {
    return { entries: [], problem: new EventyardError('connection.list', { problem, backup: file }, { cause: error }) }
  }
  return { entries: [], problem: new EventyardError('connection.list', { problem, backup }) }
}

import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { ConnectionFound, DeploymentChoice, Outcome } from '../../shared/contract'
import type { ErrorData } from '../../shared/errors'
import type { ConnectionDraft, SavedConnection } from '../../shared/saved-connection'
import { useBridge } from '../bridge/bridge'
import { useSettings } from './settings'
import { useUndo } from './undo'

export type Place = { readonly kind: 'embedded' | 'local' } | { readonly kind: 'saved'; readonly id: string }

export interface Tested {
  readonly atMs: number
  readonly outcome: Outcome<ConnectionFound>
}

const embedded: Place = { kind: 'embedded' }

/** Where runs run: the places there are, among them the saved connections, and the one that the next run takes. */
export const usePlaces = defineStore('places', () => {
  const bridge = useBridge()
  const settings = useSettings()
  const undo = useUndo()

  const connections = shallowRef<readonly SavedConnection[]>([])
  const canKeepSecrets = shallowRef(true)
  const isLoaded = shallowRef(false)
  const error = shallowRef<ErrorData | null>(null)
  const tests = shallowRef<ReadonlyMap<string, Tested>>(new Map())
  const chosen = shallowRef<Place>(embedded)
  /** What the run that is open was started on, by this window or the one before a reload. */
  const started = shallowRef<Place>(embedded)

  /** The connection of the run that is open, where it has one. */
  const running = computed(() => connectionAt(started.value))

  function connectionAt(place: Place): SavedConnection | undefined {
    return place.kind === 'saved' ? connections.value.find(({ id }) => id === place.id) : undefined
  }

  function toChoice(place: Place): DeploymentChoice {
    if (place.kind === 'saved') return { kind: 'saved', id: place.id }
    if (place.kind === 'embedded') return { kind: 'embedded' }
    const { localServer } = settings.values
    return localServer === '' ? { kind: 'local' } : { kind: 'local', server: localServer }
  }

  async function load(): Promise<void> {
    const outcome = await bridge.call('connections.list', {})
    error.value = outcome.ok ? null : outcome.error
    if (!outcome.ok) return
    connections.value = outcome.value.connections
    canKeepSecrets.value = outcome.value.canKeepSecrets
    const { inUse } = outcome.value
    if (!isLoaded.value && inUse !== null) started.value = { kind: 'saved', id: inUse }
    isLoaded.value = true
    if (chosen.value.kind === 'saved' && !connectionAt(chosen.value)) chosen.value = embedded
  }

  /** Null where it was refused; `error` then says why. */
  async function save(draft: ConnectionDraft): Promise<SavedConnection | null> {
    const outcome = await bridge.call('connections.save', draft)
    error.value = outcome.ok ? null : outcome.error
    if (!outcome.ok) return null
    // What was found with the connection as it was before says nothing about it now.
    forgetTest(outcome.value.id)
    await load()
    return outcome.value
  }

  async function duplicate(id: string): Promise<void> {
    const outcome = await bridge.call('connections.duplicate', { id })
    if (outcome.ok) await load()
    else error.value = outcome.error
  }

  /** Takes it out of the list, and gives the undo its way back. `label` says in words what was done. */
  async function remove(id: string, label: string): Promise<boolean> {
    const outcome = await bridge.call('connections.remove', { id })
    error.value = outcome.ok ? null : outcome.error
    if (!outcome.ok) return false
    undo.push({ label, undo: () => restore(id) })
    await load()
    return true
  }

  async function restore(id: string): Promise<void> {
    const outcome = await bridge.call('connections.restore', { id })
    if (outcome.ok) await load()
    else error.value = outcome.error
  }

  /** Tries a connection; one that is saved as it is filled in remembers how it went. */
  async function test(draft: ConnectionDraft, isSaved: boolean): Promise<Outcome<ConnectionFound>> {
    const outcome = await bridge.call('connections.test', draft)
    if (isSaved && draft.id !== undefined) {
      tests.value = new Map(tests.value).set(draft.id, { atMs: Date.now(), outcome })
    }
    return outcome
  }

  function forgetTest(id: string): void {
    const rest = new Map(tests.value)
    rest.delete(id)
    tests.value = rest
  }

  return {
    connections,
    canKeepSecrets,
    isLoaded,
    error,
    tests,
    chosen,
    started,
    running,
    connectionAt,
    toChoice,
    load,
    save,
    duplicate,
    remove,
    restore,
    test,
  }
})

/** A saved connection as it stands, to be tried or changed: its secrets stay where they are. */
export function draftOf({ id, name, environment, connection, has }: SavedConnection): ConnectionDraft {
  return { id, name, environment, connection, keep: [...has] }
}

import { shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { textOf } from '../../../../shared/bytes'
import type { CallName, CallParams, CallResult, Outcome } from '../../../../shared/contract'
import type { ErrorData } from '../../../../shared/errors'
import type { Binding } from '../../../../shared/scenario/rebind'
import { useBridge } from '../../../bridge/bridge'
import { useUi } from '../../../stores/ui'
import { useUndo } from '../../../stores/undo'
import { useTrace } from '../../../trace/trace-feed'

/** What can be done with an actor, with its way back where there is one. What changes on screen comes with the trace. */
export function useActorActions() {
  const bridge = useBridge()
  const trace = useTrace()
  const undo = useUndo()
  const ui = useUi()
  const { t } = useI18n()
  const pending = shallowRef(false)
  const error = shallowRef<ErrorData | null>(null)

  async function call<N extends CallName>(name: N, params: CallParams<N>): Promise<Outcome<CallResult<N>>> {
    pending.value = true
    error.value = null
    try {
      const outcome = await bridge.call(name, params)
      if (!outcome.ok) error.value = outcome.error
      return outcome
    } finally {
      pending.value = false
    }
  }

  const again = async <N extends CallName>(name: N, params: CallParams<N>): Promise<void> => {
    const outcome = await bridge.call(name, params)
    // An undo has no place of its own on screen: its failure shows at the window's edge.
    if (!outcome.ok) ui.notice = outcome.error
  }

  async function add(params: CallParams<'actor.add'>) {
    const outcome = await call('actor.add', params)
    if (outcome.ok) {
      const { actor } = outcome.value
      undo.push({ label: t('undo.added', { what: actor }), undo: () => again('actor.remove', { actor }) })
    }
    return outcome
  }

  /** An actor around queues, or several of a name. */
  async function create(params: CallParams<'actor.create'>) {
    const outcome = await call('actor.create', params)
    if (outcome.ok) {
      const { actors } = outcome.value
      undo.push({
        label: t('undo.added', { what: actors.join(', ') }),
        undo: async () => {
          for (const actor of actors) await again('actor.remove', { actor })
        },
      })
    }
    return outcome
  }

  /** Its undo brings it back with its settings; a subscriber with what it listened to last. */
  async function remove(actor: string) {
    const known = trace.model.value.actors.get(actor)
    const bindings = [...(known?.bound.values() ?? [])]
    const outcome = await call('actor.remove', { actor })
    if (!outcome.ok) return outcome
    if (known?.role === 'subscriber') {
      const { role, speech } = known
      const channels = bindings.filter(({ kind }) => kind !== 'pattern').map(({ resource }) => textOf(resource))
      const patterns = bindings.filter(({ kind }) => kind === 'pattern').map(({ resource }) => textOf(resource))
      undo.push({
        label: t('undo.removed', { what: actor }),
        undo: () => again('actor.add', { role, name: actor, channels, patterns, ...speech }),
      })
    } else {
      undo.push({ label: t('undo.removed', { what: actor }), undo: () => again('actor.restore', { actor }) })
    }
    return outcome
  }

  /** Has an actor hear, take from, send to or add to another resource. */
  async function bind(actor: string, role: string, { end, kind, resource }: Binding) {
    if (role === 'subscriber') {
      return subscribe({ actor, ...(kind === 'pattern' ? { patterns: [resource] } : { channels: [resource] }) })
    }
    const outcome = await call('actor.rebind', { actor, end, kind, resource })
    if (outcome.ok) {
      undo.push({
        label: t('undo.bound', { actor, what: resource }),
        undo: () => again('actor.restore', { actor }),
      })
    }
    return outcome
  }

  /** What may befall its process. There is no undo: the run has moved on, and the opposite action stands beside it. */
  async function steer(actor: string, action: CallParams<'actor.steer'>['action']) {
    return call('actor.steer', { actor, action })
  }

  async function connect(actor: string) {
    return call('actor.connect', { actor })
  }

  async function disconnect(actor: string) {
    const outcome = await call('actor.disconnect', { actor })
    if (outcome.ok) {
      undo.push({ label: t('undo.disconnected', { what: actor }), undo: () => again('actor.connect', { actor }) })
    }
    return outcome
  }

  async function subscribe(params: CallParams<'actor.subscribe'>) {
    const outcome = await call('actor.subscribe', params)
    if (outcome.ok) {
      undo.push({
        label: t('undo.subscribed', { what: params.actor }),
        undo: () => again('actor.unsubscribe', params),
      })
    }
    return outcome
  }

  async function unsubscribe(params: CallParams<'actor.unsubscribe'>) {
    const outcome = await call('actor.unsubscribe', params)
    if (outcome.ok) {
      undo.push({
        label: t('undo.unsubscribed', { what: params.actor }),
        undo: () => again('actor.subscribe', params),
      })
    }
    return outcome
  }

  return { pending, error, add, create, remove, bind, steer, connect, disconnect, subscribe, unsubscribe }
}

import { shallowRef, type ShallowRef } from 'vue'
import type { CallName, CallParams, CallResult, Outcome } from '../../shared/contract'
import { useBridge } from './bridge'
import type { ErrorData } from '../../shared/errors'

export interface Call<N extends CallName> {
  readonly run: (params: CallParams<N>) => Promise<Outcome<CallResult<N>>>
  readonly pending: Readonly<ShallowRef<boolean>>
  readonly error: ShallowRef<ErrorData | null>
}

/** One call with its pending state and its last error, to be shown where the call was made. */
export function useCall<N extends CallName>(name: N): Call<N> {
  const bridge = useBridge()
  const pending = shallowRef(false)
  const error = shallowRef<ErrorData | null>(null)

  async function run(params: CallParams<N>): Promise<Outcome<CallResult<N>>> {
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

  return { run, pending, error }
}

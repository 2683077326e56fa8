import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { ScenarioSummary } from '../../shared/contract'
import type { ErrorData } from '../../shared/errors'
import { useBridge } from '../bridge/bridge'

/** The built-in scenarios, asked for once: they do not change while the app runs. */
export const useScenarios = defineStore('scenarios', () => {
  const bridge = useBridge()
  const list = shallowRef<readonly ScenarioSummary[]>([])
  const isLoading = shallowRef(false)
  const error = shallowRef<ErrorData | null>(null)

  async function load(): Promise<void> {
    if (isLoading.value || list.value.length > 0) return
    isLoading.value = true
    const outcome = await bridge.call('scenarios.list', {})
    isLoading.value = false
    error.value = outcome.ok ? null : outcome.error
    if (outcome.ok) list.value = outcome.value
  }

  return { list, isLoading, error, load }
})

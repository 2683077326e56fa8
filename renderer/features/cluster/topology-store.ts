import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { TopologyChange } from '../../../shared/faults'
import { useCall } from '../../bridge/use-call'
import { i18n } from '../../i18n'
import { useDeployment } from '../../stores/deployment'
import { useRun } from '../../stores/run'
import { useUi } from '../../stores/ui'
import { jobName, jobValues, type TopologyAction } from './topology-changes'

/** What the operator is asked for, what it is at, and what came of it. */
export const useTopology = defineStore('topology', () => {
  const { t } = i18n.global
  const deployment = useDeployment()
  const run = useRun()
  const ui = useUi()
  const { run: ask, pending, error } = useCall('topology.change')

  const jobs = computed(() => deployment.view?.jobs ?? [])
  /** The failure that was read and put away: the engine keeps it until there is another job. */
  const dismissed = shallowRef('')
  const failure = computed(() => {
    const last = deployment.view?.jobFailure ?? null
    return last && failureId(last) !== dismissed.value ? last : null
  })
  /** The node for which the form that moves slots is open; '' for nobody's in particular, null while it is shut. */
  const moveTo = shallowRef<string | null>(null)

  async function change(wanted: TopologyChange): Promise<boolean> {
    if (!run.canAct || pending.value) return false
    dismissed.value = ''
    const outcome = await ask({ change: wanted })
    if (outcome.ok) ui.say(t('topology.asked', { what: jobText(wanted) }))
    await deployment.refresh()
    return outcome.ok
  }

  function dismiss(): void {
    error.value = null
    const last = deployment.view?.jobFailure
    if (last) dismissed.value = failureId(last)
  }

  /** Why an action cannot be taken now, in words; '' where it can. */
  function reasonText(reason: TopologyAction['reason']): string {
    if (!run.canAct) return t('topology.reasons.over')
    return reason === '' ? '' : t(`topology.reasons.${reason}`)
  }

  return { jobs, failure, moveTo, pending, error, change, dismiss, reasonText, jobText }
})

function failureId({ change, problem }: { change: TopologyChange; problem: string }): string {
  return JSON.stringify([change, problem])
}

export function jobText(change: TopologyChange): string {
  return i18n.global.t(`topology.jobs.${jobName(change)}`, jobValues(change))
}

import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { useDeployment } from '../../stores/deployment'
import { useSettings } from '../../stores/settings'
import { useTrace } from '../../trace/trace-feed'

export type Stage = 'graph' | 'cluster'

/** Whether the playground shows the actors' graph or the deployment's nodes, and what belongs to that choice. */
export const useStage = defineStore('stage', () => {
  const deployment = useDeployment()
  const settings = useSettings()
  const trace = useTrace()

  const chosen = shallowRef<Stage | null>(null)
  /** Nodes need the room: the lower panel is shut there until somebody opens it. */
  const isClusterPanelOpen = shallowRef(false)
  const isList = shallowRef(false)

  /** A deployment of several nodes shows them until somebody chooses otherwise. */
  const current = computed({
    get: (): Stage => (deployment.isMany ? (chosen.value ?? 'cluster') : 'graph'),
    set: (stage) => (chosen.value = stage),
  })
  const isPanelOpen = computed({
    get: () => (current.value === 'cluster' ? isClusterPanelOpen.value : settings.values.panelOpen),
    set: (isOpen) => {
      if (current.value === 'cluster') isClusterPanelOpen.value = isOpen
      else settings.change({ panelOpen: isOpen })
    },
  })

  // Another scenario is looked at afresh; the same one again is looked at as before.
  const scenario = computed(() => {
    void trace.structure.value
    return trace.model.value.scenario
  })
  watch(scenario, (now, before) => now && before && (chosen.value = null))

  return { current, isPanelOpen, isList }
})

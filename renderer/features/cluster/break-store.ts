import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { useCall } from '../../bridge/use-call'
import { i18n } from '../../i18n'
import { useDeployment } from '../../stores/deployment'
import { useRun } from '../../stores/run'
import { useSelection } from '../../stores/selection'
import { useUi } from '../../stores/ui'
import { useTrace } from '../../trace/trace-feed'
import { defaultSettings, faultOf, mayEnd, reasonAgainst, toolOf, type FaultSettings, type ToolName } from './tools'

/** The tool in hand, what it is aimed at so far, and what carries it out. */
export const useBreak = defineStore('break', () => {
  const { t } = i18n.global
  const deployment = useDeployment()
  const run = useRun()
  const trace = useTrace()
  const selection = useSelection()
  const ui = useUi()
  const applyCall = useCall('fault.apply')
  const healCall = useCall('fault.heal')
  const startCall = useCall('node.start')
  const resumeCall = useCall('node.resume')

  const tool = shallowRef<ToolName | null>(null)
  /** A node, one end of a link, or the machines that are to be cut off. */
  const from = shallowRef<readonly string[]>([])
  const to = shallowRef<readonly string[]>([])
  const settings = shallowRef<FaultSettings>(defaultSettings)

  const isPending = computed(() => applyCall.pending.value || startCall.pending.value || resumeCall.pending.value)
  const error = computed(
    () => applyCall.error.value ?? startCall.error.value ?? resumeCall.error.value ?? healCall.error.value,
  )
  const active = computed(() => deployment.view?.faults ?? [])

  /** Everybody who can be cut off from somebody. */
  const machines = computed(() => {
    void trace.structure.value
    const actors = [...trace.model.value.actors.values()].filter(({ hasLeft, role }) => !hasLeft && role !== 'guest')
    return [...(deployment.view?.nodes ?? []).map(({ name }) => name), ...actors.map(({ name }) => name)]
  })
  /** What would be done; null while something is missing. */
  const fault = computed(() => {
    if (!tool.value) return null
    const sides = tool.value === 'partition' ? machines.value.filter((name) => !from.value.includes(name)) : to.value
    return faultOf(tool.value, { from: from.value, to: sides }, settings.value)
  })
  const canApply = computed(
    () => run.canAct && !isPending.value && (tool.value === 'restart' ? from.value.length > 0 : fault.value !== null),
  )

  /** Takes a tool into the hand; what is selected is its first target. */
  function arm(name: ToolName): void {
    if (!run.canAct) return
    const { current } = selection
    const isNode = toolOf(name).aim === 'node'
    const keeps = tool.value !== null && toolOf(tool.value).aim === toolOf(name).aim
    tool.value = name
    if (keeps) return
    to.value = []
    const chosen = current.kind === 'node' || (current.kind === 'actor' && !isNode) ? current.name : null
    from.value = chosen !== null && machines.value.includes(chosen) && fits(name, chosen) ? [chosen] : []
  }

  function fits(name: ToolName, machine: string): boolean {
    const node = deployment.nodesByName.get(machine)
    if (toolOf(name).aim !== 'node') return true
    return node !== undefined && reasonAgainst(name, node) === null
  }

  function disarm(): void {
    tool.value = null
    from.value = []
    to.value = []
  }

  function change(part: Partial<FaultSettings>): void {
    settings.value = { ...settings.value, ...part }
  }

  /** Points the tool at a machine, and uses it when that is all it needs. */
  async function aimAt(machine: string): Promise<void> {
    if (!tool.value) return
    const { aim } = toolOf(tool.value)
    if (aim === 'sides') {
      const others = from.value.filter((name) => name !== machine)
      from.value = others.length < from.value.length ? others : [...others, machine]
    } else if (aim === 'node') {
      if (!fits(tool.value, machine)) return
      from.value = [machine]
      await apply()
    } else if (from.value.length === 0 || from.value.includes(machine)) {
      from.value = from.value.includes(machine) ? [] : [machine]
    } else {
      to.value = [machine]
      await apply()
    }
  }

  async function aimBetween(one: string, other: string): Promise<void> {
    from.value = [one]
    to.value = [other]
    await apply()
  }

  async function apply(): Promise<void> {
    if (!tool.value || !canApply.value) return
    const name = tool.value
    const what = t(`break.tools.${name}`)
    const whom = [...from.value, ...(name === 'partition' ? [] : to.value)].join(', ')
    const isDone = name === 'restart' ? await restart(from.value) : await applyFault()
    if (!isDone) return
    ui.say(t('break.done', { what, whom }))
    disarm()
    await deployment.refresh()
  }

  /** For buttons and menus of one node, which need no tool in the hand. */
  async function applyTo(name: ToolName, node: string): Promise<void> {
    disarm()
    arm(name)
    from.value = [node]
    await apply()
  }

  async function applyFault(): Promise<boolean> {
    const { endsS } = settings.value
    const forUs = mayEnd(tool.value!, settings.value) && endsS > 0 ? { forUs: endsS * 1_000_000 } : {}
    return (await applyCall.run({ fault: fault.value!, ...forUs })).ok
  }

  async function restart(nodes: readonly string[]): Promise<boolean> {
    for (const node of nodes) {
      const isPaused = deployment.nodesByName.get(node)?.state === 'paused'
      const outcome = isPaused
        ? await resumeCall.run({ node })
        : await startCall.run({ node, wipe: settings.value.wipe })
      if (!outcome.ok) return false
    }
    return true
  }

  /** Ends a fault, or all of them. */
  async function heal(id?: number): Promise<void> {
    if (!run.canAct || active.value.length === 0) return
    const outcome = await healCall.run(id === undefined ? {} : { id })
    if (outcome.ok) ui.say(t(id === undefined ? 'break.healedAll' : 'break.healed'))
    await deployment.refresh()
  }

  return {
    tool,
    from,
    to,
    settings,
    isPending,
    error,
    active,
    machines,
    fault,
    canApply,
    arm,
    disarm,
    change,
    aimAt,
    aimBetween,
    apply,
    applyTo,
    heal,
    fits,
  }
})

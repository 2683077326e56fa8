import { useI18n } from 'vue-i18n'
import { useShortcuts } from '../../composables/shortcuts'
import { useRun } from '../../stores/run'
import { useSettings } from '../../stores/settings'
import { useUi } from '../../stores/ui'
import { useUndo } from '../../stores/undo'
import { useStage } from '../cluster/cluster-store'
import { speeds } from './transport/speeds'
import { useTimeline } from './timeline/timeline-store'

/** Keys of an open run: time, panels, undo. The graph and the table add their own. */
export function usePlaygroundShortcuts({ toggleInspector }: { toggleInspector: () => void }): void {
  const run = useRun()
  const ui = useUi()
  const undo = useUndo()
  const settings = useSettings()
  const timeline = useTimeline()
  const stage = useStage()
  const { t } = useI18n()

  /** Says why, where time is not ours. */
  function steer(change: () => unknown): void {
    if (run.canSteer) void change()
    else if (run.canAct) ui.say(t('transport.realTime'))
  }

  function changeSpeed(by: number): void {
    const index = speeds.indexOf(run.state.speed)
    const next = speeds[Math.min(speeds.length - 1, Math.max(0, (index < 0 ? 2 : index) + by))]!
    steer(() => run.setSpeed(next))
  }

  async function undoLast(): Promise<void> {
    const undone = await undo.undo()
    if (undone) ui.say(t('undo.undone', { what: undone.label }))
  }

  useShortcuts(
    {
      Space: () => steer(run.toggle),
      '.': () => steer(run.step),
      Home: () => void run.restart(),
      End: timeline.goLive,
      '-': () => changeSpeed(-1),
      '=': () => changeSpeed(1),
      I: toggleInspector,
      T: () => (stage.isPanelOpen = !stage.isPanelOpen),
      'Ctrl+Z': () => void undoLast(),
    },
    () => settings.values.singleKeys,
  )
}

import { useBridge } from '../bridge/bridge'
import { useRun } from '../stores/run'
import { useUi } from '../stores/ui'
import { useUndo } from '../stores/undo'

export const CHAT_ROOM = 'chat-room'

/** The ways into a run: a built-in scenario, a file's text, the open dialog. Each ends in the playground. */
export function useOpenScenario() {
  const bridge = useBridge()
  const run = useRun()
  const ui = useUi()
  const undo = useUndo()

  async function openBuiltIn(id: string): Promise<void> {
    await enter(run.start({ kind: 'builtin', id }))
  }

  async function openText(name: string, text: string): Promise<void> {
    await enter(run.start({ kind: 'text', name, text }))
  }

  async function openFile(): Promise<void> {
    const outcome = await bridge.call('files.openScenario', {})
    if (!outcome.ok) ui.notice = outcome.error
    else if (outcome.value) await openText(outcome.value.name, outcome.value.text)
  }

  async function enter(starting: Promise<boolean>): Promise<void> {
    ui.notice = null
    if (!(await starting)) return
    undo.clear()
    ui.view = 'playground'
  }

  return { openBuiltIn, openText, openFile }
}

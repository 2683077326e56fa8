import { onScopeDispose, readonly, shallowRef } from 'vue'
import { useOpenScenario } from './use-open-scenario'

const isOver = shallowRef(false)
export const isDraggingFile = readonly(isOver)

/** A `.yaml` file dropped anywhere in the window is opened and run. */
export function useDropScenario(): void {
  const { openText } = useOpenScenario()

  function onDragOver(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    isOver.value = true
  }

  function onDragLeave(event: DragEvent): void {
    if (event.relatedTarget === null) isOver.value = false
  }

  async function onDrop(event: DragEvent): Promise<void> {
    event.preventDefault()
    isOver.value = false
    const file = event.dataTransfer?.files[0]
    if (file) await openText(file.name, await file.text())
  }

  window.addEventListener('dragover', onDragOver)
  window.addEventListener('dragleave', onDragLeave)
  window.addEventListener('drop', onDrop)
  onScopeDispose(() => {
    window.removeEventListener('dragover', onDragOver)
    window.removeEventListener('dragleave', onDragLeave)
    window.removeEventListener('drop', onDrop)
  })
}

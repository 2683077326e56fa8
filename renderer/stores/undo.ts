import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'

export interface Undoable {
  /** What was done, in words: "Moved ana". */
  readonly label: string
  readonly undo: () => void | Promise<void>
}

const STEPS_MAX = 100

export const useUndo = defineStore('undo', () => {
  const steps = shallowRef<readonly Undoable[]>([])
  const next = computed(() => steps.value[steps.value.length - 1] ?? null)

  function push(step: Undoable): void {
    steps.value = [...steps.value.slice(1 - STEPS_MAX), step]
  }

  async function undo(): Promise<Undoable | null> {
    const step = next.value
    if (!step) return null
    steps.value = steps.value.slice(0, -1)
    await step.undo()
    return step
  }

  function clear(): void {
    steps.value = []
  }

  return { next, push, undo, clear }
})

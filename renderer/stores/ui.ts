import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { ErrorData } from '../../shared/errors'

export type ViewName = 'playground' | 'data' | 'console' | 'scenarios' | 'deployments' | 'settings'
export type DialogName = 'palette' | 'shortcuts' | 'add-actor' | 'add-resource'

export interface Toast {
  readonly text: string
  readonly id: number
  readonly open: (() => void) | null
}

/** Which view and dialog is open, and what the window has to say at its edge. */
export const useUi = defineStore('ui', () => {
  const view = shallowRef<ViewName>('playground')
  const dialog = shallowRef<DialogName | null>(null)
  /** An error that belongs to no control: a file that was dropped, a call of the menu. */
  const notice = shallowRef<ErrorData | null>(null)
  /** A short word on what was just done ("Copied"), read out politely. */
  const toast = shallowRef<Toast | null>(null)
  /** A command that could harm others, until the person has said whether it is meant. */
  const question = shallowRef<{ readonly command: string; readonly answer: (isMeant: boolean) => void } | null>(null)
  let toasts = 0
  let toastTimer: ReturnType<typeof setTimeout> | undefined

  /** `open` is where a click on the word leads. */
  function say(text: string, open?: () => void): void {
    clearTimeout(toastTimer)
    toast.value = { text, id: ++toasts, open: open ?? null }
    toastTimer = setTimeout(() => (toast.value = null), 4000)
  }

  /** Asks before a command is sent that could harm others: `command` is its name. */
  function confirm(command: string): Promise<boolean> {
    question.value?.answer(false)
    return new Promise((resolve) => {
      question.value = {
        command,
        answer: (isMeant) => {
          question.value = null
          resolve(isMeant)
        },
      }
    })
  }

  return { view, dialog, notice, toast, question, say, confirm }
})

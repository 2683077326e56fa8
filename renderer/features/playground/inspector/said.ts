import { readonly, shallowRef } from 'vue'

const SAID_MAX = 5

const latest = shallowRef<readonly string[]>([])

/** What was published by hand last, newest first, to be said again. */
export const said = readonly(latest)

export function rememberSaid(message: string): void {
  if (message === '') return
  latest.value = [message, ...latest.value.filter((other) => other !== message)].slice(0, SAID_MAX)
}

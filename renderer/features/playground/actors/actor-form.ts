import type { Model } from '../../../trace/model'

/** The contract's own rule for names of actors. */
export function isActorName(name: string): boolean {
  return /^[\w.-]{1,40}$/.test(name)
}

/** Names typed with commas or spaces between them, each once. */
export function listOf(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))]
}

export function freeName(role: string, model: Model): string {
  for (let n = 1; ; n++) if (!model.actors.has(`${role}-${n}`)) return `${role}-${n}`
}

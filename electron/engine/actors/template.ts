/** What a template's words stand for. */
export interface TemplateValues {
  /** Counts from 1. */
  readonly n: number
  readonly actor: string
  /** In microseconds; shown as seconds. */
  readonly time: number
}

/** `order {{n}} of {{actor}}`: unknown words stay as they are. */
export function fillTemplate<T extends string>(template: T, { n, actor, time }: TemplateValues): T {
  const values: Readonly<Record<string, string>> = { n: String(n), actor, time: (time / 1_000_000).toFixed(3) }
  return template.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => values[name] ?? whole) as T
}

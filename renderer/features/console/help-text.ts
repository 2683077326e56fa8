import type { CommandDoc } from '../../../shared/console/console-types'
import { syntaxText } from './syntax'

/** What `help SET` and `help @string` print, laid out as redis-cli does. Empty where there is nothing of that name. */
export function helpText(about: string, docs: ReadonlyMap<string, CommandDoc>): string {
  const wanted = about.trim().toUpperCase()
  const all = [...docs.values()]
  if (wanted === '') {
    const groups = [...new Set(all.map(({ group }) => group))].filter(Boolean).sort()
    return ['help <command>', ...groups.map((group) => `help @${group}`)].join('\n')
  }
  const found = wanted.startsWith('@')
    ? all.filter(({ group }) => group.toUpperCase() === wanted.slice(1))
    : all.filter(({ name }) => name === wanted || name.startsWith(`${wanted} `))
  return found
    .map((doc) =>
      [
        `  ${syntaxText(doc)}`,
        `  summary: ${doc.summary}`,
        `  since: ${doc.since}`,
        ...(wanted.startsWith('@') ? [] : [`  group: ${doc.group}`]),
      ].join('\n'),
    )
    .join('\n\n')
}

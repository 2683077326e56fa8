/** Lines typed before, newest last. Passwords never get in: such lines are left out, as redis-cli does. */
import { hasSecrets, parseLine } from './command-line'

export const HISTORY_MAX = 500
const LINE_MAX = 4096

export function remember(history: readonly string[], line: string): readonly string[] {
  const text = line.trim()
  if (text === '' || text.length > LINE_MAX || history[history.length - 1] === text) return history
  const parsed = parseLine(text)
  // What cannot be read cannot be known to be harmless.
  if (parsed.kind === 'unbalanced' || (parsed.kind === 'command' && hasSecrets(parsed.argv))) return history
  return [...history, text].slice(-HISTORY_MAX)
}

/** A walk through the history by arrow keys. What was being typed waits at its end. */
export class HistoryWalk {
  private at: number
  private draft = ''

  constructor(private readonly lines: readonly string[]) {
    this.at = lines.length
  }

  /** Undefined where there is nothing further. */
  older(typed: string): string | undefined {
    if (this.at === this.lines.length) this.draft = typed
    if (this.at === 0) return undefined
    return this.lines[--this.at]
  }

  newer(): string | undefined {
    if (this.at === this.lines.length) return undefined
    this.at++
    return this.at === this.lines.length ? this.draft : this.lines[this.at]
  }
}

/** The newest line that contains the words, `skip` matches further back: Ctrl+R. */
export function searchHistory(history: readonly string[], words: string, skip = 0): string | undefined {
  if (words === '') return undefined
  const wanted = words.toLowerCase()
  const seen = new Set<string>()
  for (let at = history.length - 1; at >= 0; at--) {
    const line = history[at]!
    if (seen.has(line) || !line.toLowerCase().includes(wanted)) continue
    if (seen.size === skip) return line
    seen.add(line)
  }
  return undefined
}

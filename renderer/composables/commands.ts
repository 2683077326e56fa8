/** Commands as redis-cli takes them: every action shows the one it sends, ready to paste elsewhere. */
const bare = /^[\w.:*?{}[\]^/@+=-]+$/

export function quoted(argument: string): string {
  if (bare.test(argument)) return argument
  const escaped = argument
    .replace(/\\/g, '\\\\')
    .replace(/"/g, '\\"')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')
  return `"${escaped}"`
}

export function commandText(...words: readonly string[]): string {
  return words.map(quoted).join(' ')
}

export function subscribing(verb: '' | 'UN', channels: readonly string[], patterns: readonly string[]): string[] {
  return [
    ...(channels.length > 0 ? [commandText(`${verb}SUBSCRIBE`, ...channels)] : []),
    ...(patterns.length > 0 ? [commandText(`P${verb}SUBSCRIBE`, ...patterns)] : []),
  ]
}

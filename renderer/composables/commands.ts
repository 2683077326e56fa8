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

/** The ioredis that actors use; a test holds it to the one that is installed. */
export const IOREDIS_VERSION = '6.0.0'

/** What ioredis sends on every new connection before anything else. */
export function greeting(connectionName: string): string[] {
  return [
    'HELLO 3',
    commandText('CLIENT', 'SETNAME', connectionName),
    `CLIENT SETINFO LIB-VER ${IOREDIS_VERSION}`,
    'CLIENT SETINFO LIB-NAME ioredis',
    'INFO',
  ]
}

/**
 * Whether a rejection that nobody caught is ioredis's own. After it has connected it renews subscriptions by itself, and
 * nobody can catch what becomes of that: a client that is disconnected in this moment leaves a rejection behind. The
 * trace has the connection that closed.
 */
export function isLeftBehind(error: unknown): boolean {
  return error instanceof Error && error.message === 'Connection is closed.'
}

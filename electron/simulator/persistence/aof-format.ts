import type { Bytes } from '../../../shared/bytes'

/** A command as the AOF has it, which is how clients send it. */
export function formatCommand(argv: readonly string[]): string {
  let text = `*${argv.length}\r\n`
  for (const argument of argv) text += `$${argument.length}\r\n${argument}\r\n`
  return text
}

/**
 * Words effects as one stream of commands: SELECT where the database changes, and before a command of a new second the
 * time, when that is wanted.
 */
export class EffectWriter {
  private db = -1
  private stampedAt = 0

  /** The database of the last command, or -1. */
  get selected(): number {
    return this.db
  }

  /** The next stream begins with a SELECT of its own. */
  restart(): void {
    this.db = -1
  }

  /** `stampSeconds` is the time to note, or 0 for none. */
  format(db: number, argv: readonly Bytes[], stampSeconds = 0): string {
    let text = ''
    if (stampSeconds > this.stampedAt) {
      this.stampedAt = stampSeconds
      text += `#TS:${stampSeconds}\r\n`
    }
    if (db !== -1 && db !== this.db) {
      this.db = db
      text += formatCommand(['SELECT', String(db)])
    }
    return text + formatCommand(argv)
  }
}

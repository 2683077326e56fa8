/**
 * The last bytes of a replication stream, so that a replica that was away for a short while can go on where it was.
 * The bytes of a stream are numbered from 1; the backlog keeps as many as `repl-backlog-size` says.
 */
export class Backlog {
  private chunks: string[] = []
  private head = 0
  private kept = 0

  /** `next` is the number of the first byte that will come. */
  constructor(
    private next: number,
    private limit: number,
  ) {}

  /** The number of the oldest byte that is there, or of the next one while there is none. */
  get first(): number {
    return this.next - this.kept
  }

  get length(): number {
    return this.kept
  }

  resize(limit: number): void {
    this.limit = limit
    this.trim()
  }

  append(bytes: string): void {
    this.chunks.push(bytes)
    this.kept += bytes.length
    this.next += bytes.length
    this.trim()
  }

  /** Whether a stream can be taken up at a byte: all that follow are there. */
  reaches(from: number): boolean {
    return from >= this.first && from <= this.next
  }

  /** All bytes from one that `reaches`. */
  from(from: number): string {
    let skip = from - this.first
    let text = ''
    for (let at = this.head; at < this.chunks.length; at++) {
      const chunk = this.chunks[at]!
      if (skip >= chunk.length) skip -= chunk.length
      else {
        text += chunk.slice(skip)
        skip = 0
      }
    }
    return text
  }

  /** Drops whole chunks, as Redis drops whole blocks: what is kept may be a little more than the limit. */
  private trim(): void {
    while (this.head < this.chunks.length - 1 && this.kept - this.chunks[this.head]!.length >= this.limit) {
      this.kept -= this.chunks[this.head]!.length
      this.chunks[this.head++] = ''
    }
    if (this.head < 1024 || this.head * 2 < this.chunks.length) return
    this.chunks = this.chunks.slice(this.head)
    this.head = 0
  }
}

/**
 * Small numbers for the names of a run (actors, channels), so that a filter compares integers and a column of names
 * takes two bytes an event. Names past the limit share one number: a run that makes channels without end stays bounded.
 */
export const NAMES_MAX = 0xffff

export class NameTable {
  private readonly names: string[] = ['']
  private readonly ids = new Map<string, number>([['', 0]])

  idOf(name: string): number {
    const known = this.ids.get(name)
    if (known !== undefined) return known
    if (this.names.length >= NAMES_MAX) return NAMES_MAX
    const id = this.names.push(name) - 1
    this.ids.set(name, id)
    return id
  }

  /** The number of a name that has been seen, -1 for any other. */
  find(name: string): number {
    return this.ids.get(name) ?? -1
  }

  nameOf(id: number): string {
    return this.names[id] ?? ''
  }
}

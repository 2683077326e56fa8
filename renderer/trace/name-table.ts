/**
 * Small numbers for the names of a run (actors, channels), so that a filter compares integers and a column of names
 * takes two bytes an event. Names past the limit share one number: a run that makes channels without end stays bounded.
 */
export const NAMES_MAX = 0xffff

export class NameTable {
  private readonly names: string[] = ['']
  private readonly begun = new Map<string, { readonly ids: Set<number>; seen: number }>()
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

  /** The numbers of all names that begin so. What was looked at before is not looked at again. */
  beginningWith(...starts: readonly string[]): ReadonlySet<number> {
    const key = starts.join('\0')
    let known = this.begun.get(key)
    if (!known) this.begun.set(key, (known = { ids: new Set(), seen: 0 }))
    for (; known.seen < this.names.length; known.seen++) {
      const name = this.names[known.seen]!
      if (starts.some((start) => name.startsWith(start))) known.ids.add(known.seen)
    }
    return known.ids
  }
}

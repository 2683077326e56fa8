/** Keys as rows: one each, or gathered under what stands before their separators. */
import type { Bytes } from '../../../shared/bytes'

export type KeyRow =
  | { readonly kind: 'key'; readonly key: Bytes; readonly name: string; readonly level: number }
  | {
      readonly kind: 'group'
      /** Up to and with the separator. */
      readonly prefix: string
      readonly name: string
      readonly level: number
      readonly count: number
      readonly isOpen: boolean
    }

export const SEPARATOR = ':'

/** In the order in which SCAN gave them. */
export function flatRows(keys: readonly Bytes[]): readonly KeyRow[] {
  return keys.map((key) => ({ kind: 'key', key, name: key, level: 1 }))
}

interface Branch {
  readonly groups: Map<string, Branch>
  readonly keys: Bytes[]
  count: number
}

/** Groups first, each level in the order of its bytes. A group with a single key below it is still a group. */
export function treeRows(keys: readonly Bytes[], isOpen: (prefix: string) => boolean): readonly KeyRow[] {
  const root: Branch = { groups: new Map(), keys: [], count: 0 }
  for (const key of keys) {
    let branch = root
    let start = 0
    for (let end = key.indexOf(SEPARATOR); end !== -1; end = key.indexOf(SEPARATOR, start)) {
      const part = key.slice(start, end)
      let next = branch.groups.get(part)
      if (!next) branch.groups.set(part, (next = { groups: new Map(), keys: [], count: 0 }))
      branch = next
      branch.count++
      start = end + 1
    }
    branch.keys.push(key)
  }
  const rows: KeyRow[] = []
  addRows(rows, root, '', 1, isOpen)
  return rows
}

function addRows(rows: KeyRow[], branch: Branch, prefix: string, level: number, isOpen: (prefix: string) => boolean) {
  for (const [part, group] of [...branch.groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const inner = prefix + part + SEPARATOR
    const open = isOpen(inner)
    rows.push({ kind: 'group', prefix: inner, name: part + SEPARATOR, level, count: group.count, isOpen: open })
    if (open) addRows(rows, group, inner, level + 1, isOpen)
  }
  for (const key of branch.keys.sort()) rows.push({ kind: 'key', key, name: key.slice(prefix.length), level })
}

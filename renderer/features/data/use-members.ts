import { shallowRef, watch, type ShallowRef } from 'vue'
import { useData } from '../../stores/data'
import { pageCommand, readPage, type Member, type Query } from './members'

/** Elements in the page at most: more could be loaded, but nobody reads on from there. */
const MEMBERS_MAX = 5000
/** A search through a large value goes so far at one click. */
const ROUNDS_MAX = 20

export interface Members {
  readonly members: Readonly<ShallowRef<readonly Member[]>>
  readonly hasMore: Readonly<ShallowRef<boolean>>
  readonly isFull: Readonly<ShallowRef<boolean>>
  readonly load: () => Promise<void>
}

/** Reads a value page by page, and again with every beat of the view, as far as it was read. */
export function useMembers(query: () => Query): Members {
  const data = useData()
  const members = shallowRef<readonly Member[]>([])
  const hasMore = shallowRef(false)
  const isFull = shallowRef(false)
  let next: string | undefined = '0'
  let rounds = 0
  let reading = 0

  /** Reads on for one page of members at least, as far as there are any. */
  async function walk(fromStart: boolean, roundsMin: number): Promise<void> {
    const mine = ++reading
    const asked = query()
    const found = new Map(fromStart ? [] : members.value.map((member) => [idOf(member), member] as const))
    const before = found.size
    let at = fromStart ? '0' : next
    let done = fromStart ? 0 : rounds
    const roundsMax = done + ROUNDS_MAX
    while (at !== undefined && (done < roundsMin || (found.size === before && done < roundsMax))) {
      const replies = await data.look([pageCommand(asked, at)])
      if (!replies || mine !== reading) return
      const page = readPage(asked, at, replies[0])
      for (const member of page.members) found.set(idOf(member), member)
      at = page.next
      done++
    }
    next = at
    rounds = done
    members.value = [...found.values()]
    isFull.value = found.size >= MEMBERS_MAX
    hasMore.value = at !== undefined && !isFull.value
  }

  const load = () => walk(false, rounds + 1)

  watch(
    query,
    (now, before) => {
      if (before && JSON.stringify(now) === JSON.stringify(before)) return
      members.value = []
      void walk(true, 1)
    },
    { immediate: true },
  )
  watch(
    () => data.beat,
    () => void walk(true, Math.max(1, rounds)),
  )
  return { members, hasMore, isFull, load }
}

/** A scan may give an element twice; a list may hold one twice. */
function idOf({ name, index }: Member): string {
  return index === undefined ? name : String(index)
}

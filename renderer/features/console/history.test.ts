import { describe, expect, it } from 'vitest'
import { HISTORY_MAX, HistoryWalk, remember, searchHistory } from './history'

describe('the history', () => {
  it('keeps lines once in a row, up to its bound', () => {
    expect(remember(['a'], 'a')).toEqual(['a'])
    expect(remember(['a', 'b'], ' a ')).toEqual(['a', 'b', 'a'])
    const full = Array.from({ length: HISTORY_MAX }, (_, index) => `GET ${index}`)
    expect(remember(full, 'PING')).toHaveLength(HISTORY_MAX)
    expect(remember(full, 'PING').at(-1)).toBe('PING')
  })

  it('keeps nothing that holds a password, or that nobody can read', () => {
    for (const line of ['AUTH secret', '2 auth ada secret', 'HELLO 3 AUTH ada secret', 'CONFIG SET requirepass "x"']) {
      expect(remember([], line), line).toEqual([])
    }
    expect(remember([], 'AUTH "secret')).toEqual([])
  })

  it('is walked by arrow keys, and gives the draft back at its end', () => {
    const walk = new HistoryWalk(['a', 'b'])
    expect([walk.older('draft'), walk.older('b'), walk.older('a')]).toEqual(['b', 'a', undefined])
    expect([walk.newer(), walk.newer(), walk.newer()]).toEqual(['b', 'draft', undefined])
  })

  it('is searched from the newest, each line once', () => {
    const lines = ['GET a', 'SET a 1', 'GET a', 'DEL b']
    expect(searchHistory(lines, 'a')).toBe('GET a')
    expect(searchHistory(lines, 'A', 1)).toBe('SET a 1')
    expect(searchHistory(lines, 'a', 2)).toBeUndefined()
    expect(searchHistory(lines, '')).toBeUndefined()
  })
})

/**
 * Every built-in scenario is a test: its expectations hold, and its trace is the same in every process. The hashes in
 * hashes.json change only together with a reason for the first event that differs (`run NAME --trace`, and diff).
 */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { eventyard, root } from '../electron/cli/testing/command-line'

const names = readdirSync(`${root}scenarios`).flatMap((file) => /^(.+)\.yaml$/.exec(file)?.[1] ?? [])
const hashes = JSON.parse(readFileSync(`${root}scenarios/hashes.json`, 'utf8')) as Record<string, string>

describe.each(names)('%s', (name) => {
  it('meets its expectations, with the same trace in fresh processes', async () => {
    const runs = await Promise.all([1, 2].map(() => eventyard('run', name, '--json')))
    for (const { code, stdout, stderr } of runs) {
      expect(stderr).toBe('')
      const { ok, hash, expectations } = JSON.parse(stdout)
      expect(expectations.filter((one: { ok: boolean }) => !one.ok)).toEqual([])
      expect(ok).toBe(true)
      expect(hash).toBe(hashes[name])
      expect(code).toBe(0)
    }
  })
})

it('has a hash for every scenario, and none for what is gone', () => {
  expect(Object.keys(hashes).sort()).toEqual([...names].sort())
})

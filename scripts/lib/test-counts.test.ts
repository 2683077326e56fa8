import { expect, it } from 'vitest'
import { addUp, countPlaywright, countVitest, stageLine } from './test-counts.mjs'

it('counts what Vitest and Playwright tell', () => {
  const vitest = countVitest({ numPassedTests: 40, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 })
  const playwright = countPlaywright({ stats: { expected: 7, unexpected: 1, flaky: 1, skipped: 0 } })
  expect(vitest).toEqual({ passed: 40, failed: 1, skipped: 3 })
  // A test that passed only when tried again is not a test that passed.
  expect(playwright).toEqual({ passed: 7, failed: 2, skipped: 0 })
  expect(addUp([vitest, playwright])).toEqual({ passed: 47, failed: 3, skipped: 3 })
})

it('shows a stage on a line, with what was skipped', () => {
  expect(stageLine('unit', { passed: 3, failed: 0, skipped: 1 }, 1.25, '')).toMatch(
    /^✓ unit +3 passed, 0 failed, 1 skipped +1\.3 s$/,
  )
  expect(stageLine('e2e', { passed: 0, failed: 1, skipped: 0 }, 0, 'did not run')).toMatch(/^✗ e2e .*\(did not run\)$/)
})

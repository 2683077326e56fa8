/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests?: number }} json @returns {Counts} */
export function countVitest({ numPassedTests, numFailedTests, numPendingTests, numTodoTests = 0 }) {
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests }
}

/** @param {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number } }} json @returns {Counts} */
export function countPlaywright({ stats }) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped }
}

/** @param {readonly Counts[]} counts @returns {Counts} */
export function addUp(counts) {
  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const { passed, failed, skipped } of counts) {
    total.passed += passed
    total.failed += failed
    total.skipped += skipped
  }
  return total
}

/** @param {string} name @param {Counts} counts @param {number} seconds @param {string} note */
export function stageLine(name, { passed, failed, skipped }, seconds, note) {
  const mark = failed > 0 ? '✗' : '✓'
  const skips = skipped > 0 ? `, ${skipped} skipped` : ''
  const why = note === '' ? '' : `  (${note})`
  return `${mark} ${name.padEnd(7)} ${`${passed} passed, ${failed} failed${skips}`.padEnd(36)} ${seconds.toFixed(1)} s${why}`
}

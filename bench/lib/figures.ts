/** Figures of several runs. */

/** The value below which so large a part of all lies, such as 0.5 for the median. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN
}

/** Runs two in turn, so that a machine that slows down slows both; the medians of both and of their ratio. */
export async function compareInTurn(
  runs: number,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<{ ours: number; theirs: number; ratio: number }> {
  await ours()
  await theirs()
  const pairs: { ours: number; theirs: number }[] = []
  for (let run = 0; run < runs; run++) pairs.push({ ours: await ours(), theirs: await theirs() })
  const median = (of: (pair: { ours: number; theirs: number }) => number) => quantile(pairs.map(of), 0.5)
  return {
    ours: median((pair) => pair.ours),
    theirs: median((pair) => pair.theirs),
    ratio: median((pair) => pair.ours / pair.theirs),
  }
}

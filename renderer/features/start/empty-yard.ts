/** A scenario with nobody in it: one embedded node, for whoever wants to add people by hand. */
export function emptyYard(name: string, say: string): string {
  const text = (words: string) => JSON.stringify(words)
  return `eventyard: 1\nname: ${text(name)}\nseed: 1\nactors: {}\nsteps:\n  - { at: 0s, say: ${text(say)} }\n`
}

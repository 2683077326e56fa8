/** A scenario with nobody in it: one embedded node, for whoever wants to add people by hand. */
export function emptyYard(name: string): string {
  return `eventyard: 1\nname: ${JSON.stringify(name)}\nabout: ""\nseed: 1\nactors: {}\nsteps: []\n`
}

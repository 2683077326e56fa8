const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1000,
  kb: 1024,
  m: 1000 ** 2,
  mb: 1024 ** 2,
  g: 1000 ** 3,
  gb: 1024 ** 3,
}

/** `100mb` and its like: `k` is a thousand, `kb` 1024. Undefined when it is no amount of memory. */
export function parseMemory(text: string): number | undefined {
  const parts = /^(\d+)([a-z]*)$/i.exec(text)
  const unit = parts && UNITS[parts[2]!.toLowerCase()]
  return unit ? Number(parts[1]) * unit : undefined
}

/**
 * By which rule of Redis an acknowledged write may be lost. Replication is asynchronous, so whoever takes a primary's
 * place may lack what the primary had acknowledged, lately or (by force, or since offsets alone are compared) long ago;
 * and a primary that has been replaced goes on until it hears of it. Each needs a fault that explains why something did
 * not get through. Whatever does not fit is a bug.
 */
import type { Hindrances } from './hindrances'
import type { Reign, Write, WriteLedger } from './write-ledger'

export interface Loss {
  readonly rule: 'not replicated' | 'forced' | 'offsets alike' | 'replaced without knowing' | 'unexplained'
  /** What lost it, in words; the same for all writes that were lost together. */
  readonly why: string
}

export interface LossLimits {
  /** A replica that has heard nothing for longer is not elected. */
  readonly dataAgeMs: number
  /** A primary that was cut off hears so soon of who has replaced it. */
  readonly newsMs: number
}

const round = Math.round

export function explainLoss(write: Write, ledger: WriteLedger, hindrances: Hindrances, limits: LossLimits): Loss {
  const reigns = ledger.reignsOf(write.list)
  let first = reigns.length - 1
  while (first >= 0 && !isBegun(reigns[first]!, write)) first--
  if (first === -1) return unexplained(`${write.node.name} has accepted it and never was its owner`)
  let holder = reigns[first]!
  for (const reign of reigns.slice(first + 1)) {
    if (reign.atMs <= write.atMs) return explainLateWrite(write, reign, hindrances, limits)
    if (!reign.entries.has(write.entry)) return explainMissing(write, holder, reign, ledger, hindrances, limits)
    holder = reign
  }
  return unexplained(`${holder.node.name} had it when it became its last owner`)
}

function isBegun({ node, atMs }: Reign, write: Write): boolean {
  return node === write.node && atMs <= write.atMs
}

/** A primary has accepted it that had been replaced. */
function explainLateWrite(write: Write, by: Reign, hindrances: Hindrances, { newsMs }: LossLimits): Loss {
  const { node, atMs } = write
  const span = hindrances.lastApart(node, by.node, atMs)
  const knowsFromMs = Math.max(by.atMs, span?.toMs ?? -Infinity)
  const jumpedMs = hindrances.jumpedMs(node, by.atMs) + hindrances.jumpedMs(by.node, by.atMs)
  const words = `${node.name} did not know yet that ${promotion(by)}`
  const apart = span && span.toMs >= by.atMs ? `; apart from ${round(span.fromMs)} to ${round(span.toMs)}` : ''
  if (atMs - knowsFromMs > newsMs + jumpedMs) return unexplained(`${words} at ${round(atMs)}${apart}`)
  return { rule: 'replaced without knowing', why: `${words}${apart}` }
}

/** Somebody has become the owner who did not have it. */
function explainMissing(
  write: Write,
  holder: Reign,
  by: Reign,
  ledger: WriteLedger,
  hindrances: Hindrances,
  { dataAgeMs }: LossLimits,
): Loss {
  const { entry, history, offset } = write
  const sinceMs = Math.max(write.atMs, holder.atMs)
  const words = `${promotion(by)} without it at offset ${by.offset}`
  if (ledger.hasEverHad(by.node, entry)) return unexplained(`${words}, which it had had`)
  if (by.history === history && by.offset > offset) return unexplained(`${words}, which lay before, at ${offset}`)
  const why = hindrances.whyNothingCame(holder.node, by.node, sinceMs, by.atMs)
  if (why === undefined) return unexplained(`${words}, though its link to ${holder.node.name} was well`)
  if (by.how === 'agreed') {
    // CLUSTER FAILOVER compares offsets, and not whose they are: two nodes that were both started again are at 0.
    if (by.history !== by.replaced) return { rule: 'offsets alike', why: `${words}, in another history (${why})` }
    return unexplained(`${words}, though ${holder.node.name} had agreed to it (${why})`)
  }
  if (by.how === 'forced') return { rule: 'forced', why: `${words} (${why})` }
  const ageMs = by.atMs - sinceMs
  const isOwn = !why.startsWith('following')
  if (isOwn && ageMs > dataAgeMs + hindrances.jumpedMs(by.node, sinceMs)) {
    return unexplained(`${words}, with data too old (${why})`)
  }
  return { rule: 'not replicated', why: `${words} (${why})` }
}

const hows = {
  created: 'was the first owner',
  elected: 'was elected',
  agreed: 'took over by CLUSTER FAILOVER',
  forced: 'took over by CLUSTER FAILOVER FORCE',
}

function promotion({ node, how, atMs, epoch }: Reign): string {
  return `${node.name} ${hows[how]} at ${round(atMs)} in epoch ${epoch}`
}

function unexplained(why: string): Loss {
  return { rule: 'unexplained', why }
}

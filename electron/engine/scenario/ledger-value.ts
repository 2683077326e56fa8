import { bytesOf } from '../../../shared/bytes'
import type { JobCounts } from '../../../shared/trace/job-ledger'
import type { Ledger } from '../../../shared/trace/ledger'

/** Names of expressions that count jobs alone. */
const jobCounts: Readonly<Record<string, keyof JobCounts>> = {
  taken: 'taken',
  handled: 'handled',
  handled_twice: 'duplicated',
  acknowledged: 'acknowledged',
  failures: 'failures',
  retried: 'retried',
  claimed: 'claimed',
  deadlettered: 'deadlettered',
  moved: 'moved',
  refused: 'refused',
  out_of_order: 'outOfOrder',
}

/** Names that count messages and jobs. */
const bothCounts = { sent: 'sent', delivered: 'delivered', lost: 'lost', in_flight: 'inFlight' } as const

/**
 * What the ledger says of an actor, a channel or a queue, or of all of them where there is no argument. Undefined for a
 * name that is none of the ledger's.
 */
export function ledgerValue(ledger: Ledger, name: string, argument: string | undefined): number | undefined {
  const { channels, actors, total, jobs } = ledger
  const resource = argument === undefined ? '' : bytesOf(argument)
  const ofJobs = argument === undefined ? jobs.total : (jobs.actors.get(argument) ?? jobs.queues.get(resource))
  const job = jobCounts[name]
  if (job !== undefined) return ofJobs?.[job] ?? 0
  const both = bothCounts[name as keyof typeof bothCounts]
  if (both === undefined) return undefined
  const ofMessages = argument === undefined ? total : (actors.get(argument) ?? channels.get(resource))
  return (ofMessages?.[both] ?? 0) + (ofJobs?.[both] ?? 0)
}

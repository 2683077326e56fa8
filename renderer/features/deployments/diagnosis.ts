/**
 * What was tried of a connection, step by step, and where it ended. The engine tries in this order and says the first
 * thing that is wrong, so whatever comes before that is well, and what comes after it was not tried.
 */
import type { ConnectionFound, Outcome } from '../../../shared/contract'
import type { ErrorCode } from '../../../shared/errors'

export const diagnosisSteps = ['files', 'name', 'port', 'tls', 'redis', 'login', 'kind', 'state'] as const
export type DiagnosisStep = (typeof diagnosisSteps)[number]
export interface StepResult {
  readonly step: DiagnosisStep
  readonly result: 'well' | 'failed' | 'untried'
}

const failsAt: Partial<Record<ErrorCode, DiagnosisStep>> = {
  'connection.secrets': 'files',
  'connection.file': 'files',
  'connection.key': 'files',
  'connection.dns': 'name',
  'connection.refused': 'port',
  'connection.timeout': 'port',
  'connection.tls': 'tls',
  'connection.tls-plain': 'tls',
  'connection.tls-untrusted': 'tls',
  'connection.tls-name': 'tls',
  'connection.tls-expired': 'tls',
  'connection.tls-client': 'tls',
  'connection.closed': 'redis',
  'connection.not-redis': 'redis',
  'connection.protected': 'redis',
  'connection.refusal': 'redis',
  'connection.noauth': 'login',
  'connection.wrongpass': 'login',
  'connection.acl': 'login',
  'connection.is-cluster': 'kind',
  'connection.not-cluster': 'kind',
  'connection.is-sentinel': 'kind',
  'connection.not-sentinel': 'kind',
  'connection.sentinel-name': 'kind',
  'connection.loading': 'state',
  'connection.db': 'state',
  'connection.cluster-down': 'state',
}

/** Empty where the failure is none of the connection's: a call that was refused, an engine that stopped. */
export function stepsOf(outcome: Outcome<ConnectionFound>, parts: { isTls: boolean; hasFiles: boolean }): StepResult[] {
  const taken = diagnosisSteps.filter(
    (step) => (step !== 'tls' || parts.isTls) && (step !== 'files' || parts.hasFiles || failed(outcome) === 'files'),
  )
  if (outcome.ok) return taken.map((step) => ({ step, result: 'well' }))
  const at = failed(outcome)
  if (at === undefined) return []
  const order = taken.indexOf(at)
  return taken.map((step, index) => ({
    step,
    result: index < order ? 'well' : index === order ? 'failed' : 'untried',
  }))
}

function failed(outcome: Outcome<ConnectionFound>): DiagnosisStep | undefined {
  return outcome.ok ? undefined : failsAt[outcome.error.code]
}

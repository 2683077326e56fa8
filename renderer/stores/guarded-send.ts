import type { Bridge, CallParams, Outcome } from '../../shared/contract'

/**
 * Sends commands; where the engine holds one back that could harm a server which others use, asks the person first.
 * Whoever says no gets the engine's refusal.
 */
export async function sendGuarded(
  bridge: Bridge,
  { confirm }: { confirm(command: string): Promise<boolean> },
  params: CallParams<'console.send'>,
): Promise<Outcome<Record<string, never>>> {
  const outcome = await bridge.call('console.send', params)
  if (outcome.ok || outcome.error.code !== 'connection.dangerous') return outcome
  if (!(await confirm(String(outcome.error.values.command)))) return outcome
  return bridge.call('console.send', { ...params, confirmed: true })
}

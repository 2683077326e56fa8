import type { DeploymentChoice } from '../../../shared/contract'
import { EventyardError } from '../../../shared/errors'
import type { Deployment } from '../../../shared/scenario/schema'
import type { SeededRandom } from '../../simulator/clock/seeded-random'
import type { LiveDeployment } from './live-deployment'
import { LocalDeployment } from './local-deployment'
import { LocalServers } from './local-servers'
import { RemoteDeployment } from './remote-deployment'

/** Makes the real servers of a run ready. Throws what is wrong with them, and then none are left. */
export async function openDeployment(
  on: Exclude<DeploymentChoice, { kind: 'embedded' }>,
  deployment: Deployment,
  random: SeededRandom,
): Promise<LiveDeployment> {
  // Main, which has the saved ones, sends what they stand for. Only the command line could ask for one here.
  if (on.kind === 'saved') throw new EventyardError('connection.unknown', { id: on.id })
  if (on.kind === 'remote') return RemoteDeployment.open(on.connection)
  return new LocalDeployment(await LocalServers.start(deployment, random.fork('deployment'), on.server))
}

import type { Deployment } from '../../../shared/scenario/schema'
import { PRIMARY_NAME } from '../deployment/plan'
import { formatReply } from '../../simulator/resp/format-reply'
import type { LocalNode, LocalServers } from './local-servers'
import type { Probe } from './probe'

/** Whether a node serves, and has found whom it has to find. */
export async function isReady(servers: LocalServers, node: LocalNode, deployment: Deployment): Promise<boolean> {
  let probe: Probe | undefined
  try {
    probe = await servers.ask(node)
    if (node.plan.role === 'sentinel') return await knowsAll(probe, deployment)
    const info = await probe.text('INFO')
    // Servers that ask for a password are there, and say no more.
    if (!/^role:/m.test(info) || /^loading:1/m.test(info)) return false
    if (node.plan.role === 'replica' && isFormed(deployment) && !info.includes('master_link_status:up')) return false
    if (deployment.topology !== 'cluster' || !deployment.formed) return true
    return (await probe.text('CLUSTER', 'INFO')).includes('cluster_state:ok')
  } catch (error) {
    return /^(NOAUTH|NOPERM)/.test((error as Error).message)
  } finally {
    probe?.close()
  }
}

function isFormed(deployment: Deployment): boolean {
  return deployment.topology !== 'cluster' || deployment.formed
}

async function knowsAll(probe: Probe, deployment: Deployment): Promise<boolean> {
  if (deployment.topology !== 'replicated') return true
  const reply = await probe.call('SENTINEL', 'MASTER', PRIMARY_NAME)
  if (reply.kind !== 'array') throw new Error(formatReply(reply))
  const words = reply.items.map((item) => (item.kind === 'bulk' ? item.bytes : ''))
  const valueOf = (name: string) => words[words.indexOf(name) + 1]
  return (
    valueOf('flags') === 'master' &&
    valueOf('num-slaves') === String(deployment.replicas) &&
    valueOf('num-other-sentinels') === String(deployment.sentinels - 1)
  )
}

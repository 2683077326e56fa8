import type { Instance, InstanceAddress } from './instance'
import { ask } from './links'

/**
 * Makes a server follow another one, or nobody: all in one transaction, so that it is remembered in its configuration
 * file, and its clients have to ask anew who the primary is. Whether it worked shows in the next INFO.
 */
export function sendReplicaOf(instance: Instance, primary: InstanceAddress | undefined): boolean {
  if (!instance.link.commands) return false
  const [host, port] = primary ? [primary.host, String(primary.port)] : ['NO', 'ONE']
  ask(instance, ['MULTI'])
  ask(instance, ['SLAVEOF', host, port])
  ask(instance, ['CONFIG', 'REWRITE'])
  ask(instance, ['CLIENT', 'KILL', 'TYPE', 'normal'])
  ask(instance, ['CLIENT', 'KILL', 'TYPE', 'pubsub'])
  ask(instance, ['EXEC'])
  return true
}

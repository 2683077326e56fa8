/**
 * Hello messages, by which Sentinels find each other and spread what they have decided: who speaks, the epoch that he
 * knows, and which address the primary has by his newest configuration.
 */
import { findByAddress, type Instance } from './instance'
import { currentAddress, changeAddress } from './primary-address'
import type { Sentinel } from './sentinel'

/** `ip,port,id,current epoch,primary's name,its ip,its port,config epoch` */
export function helloText(sentinel: Sentinel, primary: Instance, localHost: string): string {
  const { host, port } = currentAddress(primary)
  const own = [sentinel.announceIp || localHost, sentinel.announcePort || sentinel.node.port, sentinel.id]
  return [...own, sentinel.currentEpoch, primary.name, host, port, primary.configEpoch].join(',')
}

/** Has a new configuration told to everybody in the next round. */
export function hurryHellos(sentinel: Sentinel, primary: Instance): void {
  const period = sentinel.timing.publishPeriod + 1
  for (const one of [primary, ...primary.sentinels.values(), ...primary.replicas.values()]) {
    if (one.lastHelloSentMs >= period) one.lastHelloSentMs -= period
  }
}

export function processHello(sentinel: Sentinel, text: string): void {
  const words = text.split(',')
  if (words.length !== 8) return
  const [host, portText, id, epochText, name, primaryHost, primaryPort, configEpochText] = words as Words
  const primary = sentinel.primaries.get(name)
  if (!primary) return
  const address = { host, port: parseInt(portText) || 0 }
  const other = findByAddress(primary.sentinels, address, id) ?? meet(sentinel, primary, id, address)
  learnEpoch(sentinel, Number(epochText) || 0)
  const configEpoch = Number(configEpochText) || 0
  if (other && primary.configEpoch < configEpoch) {
    primary.configEpoch = configEpoch
    adopt(sentinel, primary, other, { host: primaryHost, port: parseInt(primaryPort) || 0 })
  }
  if (other) other.lastHelloMs = sentinel.nowMs
}

type Words = [string, string, string, string, string, string, string, string]

export function learnEpoch(sentinel: Sentinel, epoch: number): void {
  if (epoch <= sentinel.currentEpoch) return
  sentinel.currentEpoch = epoch
  sentinel.flush()
  sentinel.tellText('+new-epoch', String(epoch))
}

function adopt(sentinel: Sentinel, primary: Instance, from: Instance, address: { host: string; port: number }): void {
  const { host, port } = primary.address
  if (host === address.host && port === address.port) return
  sentinel.tell('+config-update-from', from)
  sentinel.tellText('+switch-master', `${primary.name} ${host} ${port} ${address.host} ${address.port}`)
  changeAddress(sentinel, primary, address)
}

/** A Sentinel that speaks for the first time, or from another address than before. */
function meet(
  sentinel: Sentinel,
  primary: Instance,
  id: string,
  address: { host: string; port: number },
): Instance | undefined {
  const hasMoved = remove(primary, id)
  if (hasMoved) {
    const where = ` ip ${address.host} port ${address.port} for ${id}`
    sentinel.tell('+sentinel-address-switch', primary, where)
  } else {
    const former = findByAddress(primary.sentinels, address)
    if (former) {
      sentinel.tell('+sentinel-invalid-addr', former)
      // Nobody has two addresses: whoever was at this one is nowhere.
      for (const one of sentinel.primaries.values()) remove(one, former.runId)
    }
  }
  const other = sentinel.addSentinel(primary, id, address)
  if (!other) return undefined
  if (!hasMoved) sentinel.tell('+sentinel', other)
  shareLink(sentinel, other)
  if (hasMoved) moveEverywhere(sentinel, other)
  sentinel.flush()
  return other
}

function remove(primary: Instance, id: string): boolean {
  const known = primary.sentinels.get(id)
  if (!known) return false
  primary.sentinels.delete(id)
  known.release()
  return true
}

/** The same Sentinel as other primaries see it. */
function others(sentinel: Sentinel, instance: Instance): Instance[] {
  return [...sentinel.primaries.values()]
    .filter((primary) => primary !== instance.primary)
    .flatMap((primary) => primary.sentinels.get(instance.runId) ?? [])
}

/** Whoever watches a hundred primaries needs one connection to another Sentinel, not a hundred. */
export function shareLink(sentinel: Sentinel, instance: Instance): void {
  const [match] = others(sentinel, instance)
  if (!match) return
  instance.link.release()
  instance.link = match.link
  match.link.sharers++
}

function moveEverywhere(sentinel: Sentinel, moved: Instance): void {
  moved.link.close()
  let count = 0
  for (const match of others(sentinel, moved)) {
    match.link.close()
    match.address = moved.address
    count++
  }
  if (count > 0) sentinel.tell('+sentinel-address-update', moved, ` ${count} additional matching instances`)
}

/** Whether an instance is down: by what this Sentinel sees (SDOWN), and by what enough of them say (ODOWN). */
import type { Reply } from '../resp/reply'
import type { Instance } from './instance'
import { ask } from './links'
import type { Sentinel } from './sentinel'

export function checkSubjectivelyDown(sentinel: Sentinel, instance: Instance): void {
  const { nowMs, timing } = sentinel
  closeDeadLinks(sentinel, instance)
  // 1. It does not answer.
  // 2. It should be a primary and says for long that it is a replica: time enough for two INFOs.
  // 3. It was started again, and takes too long.
  const isStrange =
    instance.kind === 'primary' &&
    instance.reportedRole === 'replica' &&
    nowMs - instance.roleReportedMs > instance.downAfterMs + timing.infoPeriod * 2
  const isSlowToStart = instance.isRebooting && nowMs - instance.rebootingSinceMs > instance.rebootDownAfterMs
  const isDown = silenceMs(sentinel, instance) > instance.downAfterMs || isStrange || isSlowToStart
  if (isDown === instance.isSubjectivelyDown) return
  sentinel.tell(isDown ? '+sdown' : '-sdown', instance)
  instance.isSubjectivelyDown = isDown
  if (isDown) instance.downSinceMs = nowMs
  else instance.isScriptKillSent = false
}

function silenceMs({ nowMs }: Sentinel, { link }: Instance): number {
  if (link.openPingMs !== 0) return nowMs - link.openPingMs
  return link.isDisconnected ? nowMs - link.availableMs : 0
}

/** A connection may seem to be there and carry nothing: a new one may. */
function closeDeadLinks({ nowMs, timing }: Sentinel, { link, downAfterMs }: Instance): void {
  const halfMs = Math.trunc(downAfterMs / 2)
  if (
    link.commands &&
    nowMs - link.commandsSinceMs > timing.minLinkReconnectPeriod &&
    link.openPingMs !== 0 &&
    nowMs - link.openPingMs > halfMs &&
    nowMs - link.lastPongMs > halfMs
  ) {
    link.closeCommands()
  }
  // Its own hello messages come back by pub/sub.
  if (
    link.messages &&
    nowMs - link.messagesSinceMs > timing.minLinkReconnectPeriod &&
    nowMs - link.lastMessageMs > timing.publishPeriod * 3
  ) {
    link.closeMessages()
  }
}

/** A weak agreement: those who said so may have done so at different times. */
export function checkObjectivelyDown(sentinel: Sentinel, primary: Instance): void {
  let count = 0
  if (primary.isSubjectivelyDown) {
    count = 1
    for (const other of primary.sentinels.values()) if (other.saysPrimaryIsDown) count++
  }
  const isDown = count > 0 && count >= primary.quorum
  if (isDown === primary.isObjectivelyDown) return
  sentinel.tell(isDown ? '+odown' : '-odown', primary, isDown ? ` #quorum ${count}/${primary.quorum}` : '')
  primary.isObjectivelyDown = isDown
  if (isDown) primary.objectivelyDownSinceMs = sentinel.nowMs
}

/** Asks the others whether a primary is down that does not answer here, and for their votes once there is a failover. */
export function askOthers(sentinel: Sentinel, primary: Instance, isForced: boolean): void {
  const { nowMs, timing } = sentinel
  for (const other of primary.sentinels.values()) {
    const elapsedMs = nowMs - other.lastAnswerMs
    if (elapsedMs > timing.askPeriod * 5) {
      other.saysPrimaryIsDown = false
      other.leader = undefined
    }
    if (!primary.isSubjectivelyDown || other.link.isDisconnected) continue
    if (!isForced && elapsedMs < timing.askPeriod) continue
    const { host, port } = primary.address
    const candidate = primary.failoverState === 'none' ? '*' : sentinel.id
    const question = [
      'SENTINEL',
      'is-master-down-by-addr',
      host,
      String(port),
      String(sentinel.currentEpoch),
      candidate,
    ]
    ask(other, question, (reply) => takeAnswer(sentinel, other, reply))
  }
}

function takeAnswer(sentinel: Sentinel, other: Instance, reply: Reply): void {
  if (reply.kind !== 'array' || reply.items.length !== 3) return
  const [isDown, leader, epoch] = reply.items
  if (isDown?.kind !== 'integer' || leader?.kind !== 'bulk' || epoch?.kind !== 'integer') return
  other.lastAnswerMs = sentinel.nowMs
  other.saysPrimaryIsDown = isDown.value === 1
  if (leader.bytes === '*') return
  other.leader = leader.bytes
  other.leaderEpoch = Number(epoch.value)
}

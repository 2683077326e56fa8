/** What a Sentinel knows of one server: a primary that it watches, a replica of it, or another Sentinel. */
import { InstanceLink } from './instance-link'
import type { Sentinel } from './sentinel'

export type InstanceKind = 'primary' | 'replica' | 'sentinel'

export interface InstanceAddress {
  readonly host: string
  readonly port: number
}

export type FailoverState =
  'none' | 'wait_start' | 'select_slave' | 'send_slaveof_noone' | 'wait_promotion' | 'reconf_slaves' | 'update_config'

export class Instance {
  link: InstanceLink
  runId = ''
  configEpoch = 0
  /** Nothing that was asked of it counts any more. */
  isReleased = false

  isSubjectivelyDown = false
  isObjectivelyDown = false
  /** It comes up again: a run ID changed, and `master-reboot-down-after-period` counts. */
  isRebooting = false
  isScriptKillSent = false
  downSinceMs = 0
  objectivelyDownSinceMs = 0
  rebootingSinceMs = 0

  lastHelloSentMs: number
  downAfterMs: number
  rebootDownAfterMs = 0
  /** When its INFO came last, or 0, and what it was. */
  infoMs = 0
  info = ''
  reportedRole: 'primary' | 'replica'
  roleReportedMs: number

  // Of a primary.
  readonly replicas = new Map<string, Instance>()
  readonly sentinels = new Map<string, Instance>()
  parallelSyncs = 1
  authPassword = ''
  authUser = ''
  /** `sentinel rename-command`: by their own names in lower case. */
  readonly renamedCommands = new Map<string, readonly [from: string, to: string]>()
  isFailingOver = false
  isForced = false
  failoverState: FailoverState = 'none'
  failoverEpoch = 0
  stateChangedMs = 0
  failoverStartMs = 0
  failoverTimeoutMs: number
  promoted: Instance | undefined

  // Of a replica.
  primaryLinkDownMs = 0
  priority = 100
  isAnnounced = true
  primaryHost = ''
  primaryPort = 0
  isPrimaryLinkUp = false
  primaryChangedMs: number
  offset = 0
  isPromoted = false
  reconfiguration: 'none' | 'sent' | 'inprog' | 'done' = 'none'
  reconfigurationSentMs = 0

  // Of a Sentinel.
  lastHelloMs: number
  /** It says that the primary is down. */
  saysPrimaryIsDown = false
  lastAnswerMs: number

  /** Of a primary: whom this Sentinel voted for. Of a Sentinel: whom that one did. */
  leader: string | undefined
  leaderEpoch = 0

  constructor(
    readonly sentinel: Sentinel,
    readonly kind: InstanceKind,
    readonly name: string,
    public address: InstanceAddress,
    public quorum: number,
    /** The primary that it belongs to. */
    readonly primary?: Instance,
  ) {
    const { nowMs, timing } = sentinel
    this.link = new InstanceLink(nowMs)
    this.lastHelloSentMs = nowMs
    this.lastHelloMs = nowMs
    this.lastAnswerMs = nowMs
    this.downAfterMs = primary?.downAfterMs ?? timing.defaultDownAfter
    this.failoverTimeoutMs = timing.defaultFailoverTimeout
    this.reportedRole = kind === 'primary' ? 'primary' : 'replica'
    this.roleReportedMs = nowMs
    this.primaryChangedMs = nowMs
  }

  /** The primary, which may be itself. */
  get owner(): Instance {
    return this.primary ?? this
  }

  get type(): 'master' | 'slave' | 'sentinel' {
    return this.kind === 'primary' ? 'master' : this.kind === 'replica' ? 'slave' : 'sentinel'
  }

  /** `type name ip port`, and of whom. Events begin with it. */
  get description(): string {
    const own = `${this.type} ${this.name} ${this.address.host} ${this.address.port}`
    const { primary } = this
    return primary ? `${own} @ ${primary.name} ${primary.address.host} ${primary.address.port}` : own
  }

  /** A command by the name that it has on this server. */
  commandName(name: string): string {
    return this.owner.renamedCommands.get(name.toLowerCase())?.[1] ?? name
  }

  /** Neither SDOWN nor ODOWN in the last so many ms. */
  hasNotBeenDownFor(ms: number): boolean {
    const latest = Math.max(this.downSinceMs, this.objectivelyDownSinceMs)
    return latest === 0 || this.sentinel.nowMs - latest > ms
  }

  release(): void {
    this.isReleased = true
    for (const one of [...this.replicas.values(), ...this.sentinels.values()]) one.release()
    this.link.release()
  }
}

export function isSameAddress(a: InstanceAddress, b: InstanceAddress): boolean {
  return a.port === b.port && a.host.toLowerCase() === b.host.toLowerCase()
}

export function findByAddress(
  instances: ReadonlyMap<string, Instance>,
  { host, port }: InstanceAddress,
  runId?: string,
): Instance | undefined {
  return [...instances.values()].find(
    (one) => isSameAddress(one.address, { host, port }) && (runId === undefined || one.runId === runId),
  )
}

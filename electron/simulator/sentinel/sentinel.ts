/**
 * A node in Sentinel mode: what it watches, and the round of work that its timer begins 10 to 19 times a second. What a
 * Sentinel does follows from that timer, from the answers of the servers that it watches, and from what other Sentinels
 * tell it; each of these has a file of its own beside this one.
 *
 * It goes by the machine's time of day, as Redis does: a clock that jumps, or a process that stood still, puts it in
 * TILT mode, in which it looks on but takes no action.
 */
import type { Bytes } from '../../../shared/bytes'
import { EventyardError } from '../../../shared/errors'
import type { ConfigText } from '../config/config-text'
import type { RedisNode } from '../node/redis-node'
import { DiskError, type Cancel } from '../ports'
import { applyDirectives, writeDirectives } from './directives'
import { Instance, type InstanceAddress } from './instance'
import { handleInstances } from './rounds'
import { Timing } from './timing'

const HZ = 10
const FIRST_ROUND_US = 1000

export type SimulatedFailure = 'crash-after-election' | 'crash-after-promotion'

export class Sentinel {
  readonly timing = new Timing()
  /** By their names, in the order in which they came. */
  readonly primaries = new Map<string, Instance>()
  readonly simulatedFailures = new Set<SimulatedFailure>()
  id = ''
  currentEpoch = 0
  announceIp = ''
  announcePort = 0
  /** With which it logs in to other Sentinels. */
  user = ''
  password = ''
  resolvesHostnames = false
  announcesHostnames = false
  /** Nobody may change by a command which program is run. */
  deniesScripts = true
  isTilted = false
  tiltSinceMs = 0
  hz = HZ
  private lastRoundMs = 0
  private cancelTimer: Cancel | undefined

  constructor(readonly node: RedisNode) {}

  get nowMs(): number {
    return this.node.nowMs
  }

  /** Takes up what the file says, and begins. Throws where Redis would not start. */
  start(directives: readonly (readonly string[])[]): void {
    const { node } = this
    applyDirectives(this, directives)
    if (this.id === '') this.id = node.random.hex(40)
    this.flush()
    for (const primary of this.primaries.values()) this.tell('+monitor', primary, ` quorum ${primary.quorum}`)
    this.lastRoundMs = this.nowMs
    this.schedule(FIRST_ROUND_US)
  }

  stop(): void {
    this.cancelTimer?.()
    for (const primary of this.primaries.values()) primary.release()
  }

  /** Gives why there cannot be such a primary, in the words of the configuration. */
  addPrimary(name: string, address: InstanceAddress, quorum: number): Instance | 'duplicate' | 'host' | 'port' {
    const problem = this.problemOf(address)
    if (problem) return problem
    if (this.primaries.has(name)) return 'duplicate'
    const primary = new Instance(this, 'primary', name, address, quorum)
    this.primaries.set(name, primary)
    return primary
  }

  /** Undefined where the address is none, or known. */
  addReplica(primary: Instance, address: InstanceAddress): Instance | undefined {
    const name = `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`
    if (this.problemOf(address) || primary.replicas.has(name)) return undefined
    const replica = new Instance(this, 'replica', name, address, primary.quorum, primary)
    primary.replicas.set(name, replica)
    return replica
  }

  /** Undefined where the address is none, or the run ID known. */
  addSentinel(primary: Instance, runId: string, address: InstanceAddress): Instance | undefined {
    if (this.problemOf(address) || primary.sentinels.has(runId)) return undefined
    const other = new Instance(this, 'sentinel', runId, address, primary.quorum, primary)
    other.runId = runId
    primary.sentinels.set(runId, other)
    return other
  }

  removePrimary(primary: Instance): void {
    this.primaries.delete(primary.name)
    primary.release()
  }

  /** An event about an instance, which `more` goes on about. */
  tell(name: string, about: Instance, more = ''): void {
    this.tellText(name, about.description + more)
  }

  /** An event: a message on the channel of its name, for whoever listens to this Sentinel. */
  tellText(name: string, text: string): void {
    this.node.observer?.sentinelEvent({ name, text })
    this.node.publish(name as Bytes, text as Bytes)
  }

  /** Writes what must outlive a restart. A Sentinel goes on when it cannot, and says so. */
  flush(): boolean {
    try {
      this.node.configFile?.rewrite(this.node)
      return true
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      return false
    }
  }

  writeConfig(text: ConfigText): void {
    writeDirectives(this, text)
  }

  /** Whatever was sent so far, the process ends here: SENTINEL SIMULATE-FAILURE. */
  crashIf(failure: SimulatedFailure): void {
    if (this.simulatedFailures.has(failure)) this.node.die(new EventyardError('sentinel.crash', { failure }))
  }

  /** `SENTINEL MONITOR` and hello messages take addresses; names only where it may resolve them. */
  isHost(host: string): boolean {
    return this.resolvesHostnames || isIpAddress(host)
  }

  private problemOf({ host, port }: InstanceAddress): 'host' | 'port' | undefined {
    if (port < 0 || port > 65_535) return 'port'
    return this.isHost(host) ? undefined : 'host'
  }

  private schedule(delayUs: number): void {
    const round = () => this.node.turn(() => this.round())
    this.cancelTimer = this.node.clock.after(delayUs, round)
  }

  private round(): void {
    const { node } = this
    this.lookAtClock()
    handleInstances(this, this.primaries)
    if (node.isShutDown) return
    // Sentinels that were started together must not ask for votes together for ever.
    this.hz = HZ + node.random.integer(0, HZ - 1)
    this.schedule(Math.floor(1000 / this.hz) * 1000)
  }

  private lookAtClock(): void {
    const passedMs = this.nowMs - this.lastRoundMs
    if (passedMs < 0 || passedMs > this.timing.tiltTrigger) {
      this.isTilted = true
      this.tiltSinceMs = this.nowMs
      this.tellText('+tilt', '#tilt mode entered')
    }
    this.lastRoundMs = this.nowMs
  }
}

export function isIpAddress(host: string): boolean {
  const parts = host.split('.')
  if (parts.length === 4) return parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)
  return host.includes(':') && /^[\da-f:.]+$/i.test(host)
}

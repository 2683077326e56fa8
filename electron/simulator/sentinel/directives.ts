/** The `sentinel ...` lines of sentinel.conf: what a Sentinel is given, and what it must remember. */
import type { ConfigText } from '../config/config-text'
import { quoted } from '../config/config-lines'
import { lower } from '../node/errors'
import { shareLink } from './hello'
import { isSameAddress, type Instance } from './instance'
import { currentAddress } from './primary-address'
import type { Sentinel } from './sentinel'

type Words = readonly string[]

/** Primaries must be known before what is said about them, whatever the order of the lines. */
export function applyDirectives(sentinel: Sentinel, lines: readonly Words[]): void {
  const nameOf = ([word]: Words) => lower(word ?? '')
  const rank = (line: Words) => (GLOBAL.has(nameOf(line)) ? 0 : nameOf(line) === 'monitor' ? 1 : 2)
  for (const line of [0, 1, 2].flatMap((wanted) => lines.filter((one) => rank(one) === wanted))) {
    const problem = apply(sentinel, nameOf(line), line.slice(1))
    if (problem !== undefined) throw new Error(`sentinel ${line.join(' ')}: ${problem}`)
  }
}

const GLOBAL = new Set([
  'announce-ip',
  'announce-port',
  'deny-scripts-reconfig',
  'sentinel-user',
  'sentinel-pass',
  'current-epoch',
  'myid',
  'resolve-hostnames',
  'announce-hostnames',
])

const unrecognized = 'Unrecognized sentinel configuration statement.'

function apply(sentinel: Sentinel, directive: string, words: Words): string | undefined {
  if (GLOBAL.has(directive)) return words.length === 1 ? applyGlobal(sentinel, directive, words[0]!) : unrecognized
  if (directive === 'monitor') return words.length === 4 ? monitor(sentinel, words) : unrecognized
  const [name, value, ...more] = words
  if (value === undefined) return unrecognized
  const primary = sentinel.primaries.get(name!)
  if (!primary) return 'No such master with specified name.'
  return applyToPrimary(sentinel, primary, directive, value, more)
}

function applyGlobal(sentinel: Sentinel, directive: string, value: string): string | undefined {
  const isYes = lower(value) === 'yes'
  switch (directive) {
    case 'myid':
      if (value.length !== 40) return 'Malformed Sentinel id in myid option.'
      sentinel.id = value
      return undefined
    case 'current-epoch':
      sentinel.currentEpoch = Math.max(sentinel.currentEpoch, Number(value) || 0)
      return undefined
    case 'announce-ip':
      sentinel.announceIp = value
      return undefined
    case 'announce-port':
      sentinel.announcePort = Number(value) || 0
      return undefined
    case 'sentinel-user':
      sentinel.user = value
      return undefined
    case 'sentinel-pass':
      sentinel.password = value
      return undefined
  }
  if (!/^(?:yes|no)$/i.test(value)) return `Please specify yes or no for the ${directive} option.`
  if (directive === 'resolve-hostnames') sentinel.resolvesHostnames = isYes
  else if (directive === 'announce-hostnames') sentinel.announcesHostnames = isYes
  else sentinel.deniesScripts = isYes
  return undefined
}

function monitor(sentinel: Sentinel, [name, host, port, quorum]: Words): string | undefined {
  if (!(Number(quorum) > 0)) return 'Quorum must be 1 or greater.'
  const added = sentinel.addPrimary(name!, { host: host!, port: Number(port) }, Number(quorum))
  switch (added) {
    case 'duplicate':
      return 'Duplicate master name.'
    case 'host':
      return "Can't resolve instance hostname."
    case 'port':
      return 'Invalid port number.'
    default:
      return undefined
  }
}

const notPositive = 'negative or zero time parameter.'

function applyToPrimary(
  sentinel: Sentinel,
  primary: Instance,
  directive: string,
  value: string,
  more: Words,
): string | undefined {
  const number = Number(value) || 0
  const port = Number(more[0])
  switch (`${directive} ${more.length}`) {
    case 'down-after-milliseconds 0':
      if (number <= 0) return notPositive
      setDownAfter(primary, number)
      return undefined
    case 'failover-timeout 0':
      if (number <= 0) return notPositive
      primary.failoverTimeoutMs = number
      return undefined
    case 'parallel-syncs 0':
      primary.parallelSyncs = number
      return undefined
    case 'auth-pass 0':
      primary.authPassword = value
      return undefined
    case 'auth-user 0':
      primary.authUser = value
      return undefined
    case 'master-reboot-down-after-period 0':
      if (number < 0) return 'negative time parameter.'
      primary.rebootDownAfterMs = number
      return undefined
    case 'config-epoch 0':
      primary.configEpoch = number
      sentinel.currentEpoch = Math.max(sentinel.currentEpoch, number)
      return undefined
    case 'leader-epoch 0':
      primary.leaderEpoch = number
      return undefined
    case 'known-slave 1':
    case 'known-replica 1':
      return sentinel.addReplica(primary, { host: value, port }) ? undefined : 'Wrong hostname or port for replica.'
    case 'known-sentinel 1':
      return undefined
    case 'known-sentinel 2': {
      const other = sentinel.addSentinel(primary, more[1]!, { host: value, port })
      if (!other) return 'Wrong hostname or port for sentinel.'
      shareLink(sentinel, other)
      return undefined
    }
    case 'rename-command 1':
      primary.renamedCommands.set(lower(value), [value, more[0]!])
      return undefined
    case 'notification-script 0':
      return 'Notification script seems non existing or non executable.'
    case 'client-reconfig-script 0':
      return 'Client reconfiguration script seems non existing or non executable.'
    default:
      return unrecognized
  }
}

/** The primary's patience is that with its replicas and with the other Sentinels. */
export function setDownAfter(primary: Instance, ms: number): void {
  primary.downAfterMs = ms
  for (const one of [...primary.replicas.values(), ...primary.sentinels.values()]) one.downAfterMs = ms
}

/** Writes all of it, in Redis's order, with values as they are, blanks included. */
export function writeDirectives(sentinel: Sentinel, text: ConfigText): void {
  const put = (directive: string, value: string | number, mustBe = true) =>
    text.put(`sentinel ${directive}`, `sentinel ${directive} ${value}`, mustBe)
  const yesNo = (isOn: boolean) => (isOn ? 'yes' : 'no')
  put('myid', sentinel.id)
  put('deny-scripts-reconfig', yesNo(sentinel.deniesScripts), !sentinel.deniesScripts)
  put('resolve-hostnames', yesNo(sentinel.resolvesHostnames), sentinel.resolvesHostnames)
  put('announce-hostnames', yesNo(sentinel.announcesHostnames), sentinel.announcesHostnames)
  for (const primary of sentinel.primaries.values()) writePrimary(sentinel, primary, put)
  put('current-epoch', sentinel.currentEpoch)
  if (sentinel.announceIp !== '') put('announce-ip', quoted(sentinel.announceIp))
  if (sentinel.announcePort !== 0) put('announce-port', sentinel.announcePort)
  if (sentinel.user !== '') put('sentinel-user', sentinel.user)
  if (sentinel.password !== '') put('sentinel-pass', sentinel.password)
  for (const directive of DROPPED) text.drop(`sentinel ${directive}`)
}

type Put = (directive: string, value: string | number, mustBe?: boolean) => void

function writePrimary({ timing }: Sentinel, primary: Instance, put: Put): void {
  const { name } = primary
  const current = currentAddress(primary)
  put('monitor', `${name} ${current.host} ${current.port} ${primary.quorum}`)
  if (primary.downAfterMs !== timing.defaultDownAfter) put('down-after-milliseconds', `${name} ${primary.downAfterMs}`)
  if (primary.failoverTimeoutMs !== timing.defaultFailoverTimeout) {
    put('failover-timeout', `${name} ${primary.failoverTimeoutMs}`)
  }
  if (primary.parallelSyncs !== 1) put('parallel-syncs', `${name} ${primary.parallelSyncs}`)
  if (primary.authPassword !== '') put('auth-pass', `${name} ${primary.authPassword}`)
  if (primary.authUser !== '') put('auth-user', `${name} ${primary.authUser}`)
  if (primary.rebootDownAfterMs !== 0) put('master-reboot-down-after-period', `${name} ${primary.rebootDownAfterMs}`)
  put('config-epoch', `${name} ${primary.configEpoch}`)
  put('leader-epoch', `${name} ${primary.leaderEpoch}`)
  for (const { address } of primary.replicas.values()) {
    // While the promoted one is told of as the primary, the old primary is told of as its replica.
    const { host, port } = isSameAddress(address, current) ? primary.address : address
    put('known-replica', `${name} ${host} ${port}`)
  }
  for (const { address, runId } of primary.sentinels.values()) {
    put('known-sentinel', `${name} ${address.host} ${address.port} ${runId}`)
  }
  for (const [from, to] of primary.renamedCommands.values()) put('rename-command', `${name} ${from} ${to}`)
}

/** Directives whose lines go when nobody writes them any more. */
const DROPPED = [
  'monitor',
  'down-after-milliseconds',
  'failover-timeout',
  'parallel-syncs',
  'auth-pass',
  'auth-user',
  'master-reboot-down-after-period',
  'config-epoch',
  'leader-epoch',
  'known-replica',
  'known-slave',
  'known-sentinel',
  'rename-command',
  'announce-ip',
  'announce-port',
  'sentinel-user',
  'sentinel-pass',
]

/** The connections to an instance, and what is sent over them again and again: PING, INFO, and hello messages. */
import type { Reply } from '../resp/reply'
import { helloText, processHello } from './hello'
import { processInfo } from './info-reply'
import type { Instance } from './instance'
import type { InstanceLink } from './instance-link'
import { RedisConnection } from './redis-connection'
import type { Sentinel } from './sentinel'

export const HELLO_CHANNEL = '__sentinel__:hello'
/** More commands without an answer are not sent, unless they matter. */
const PENDING_MAX = 100

/** Opens the connections that are missing, once in a while. */
export function reconnect(sentinel: Sentinel, instance: Instance): void {
  const { link, address } = instance
  // Another Sentinel has this address now.
  if (!link.isDisconnected || address.port === 0) return
  const { nowMs, timing } = sentinel
  if (nowMs - link.lastReconnectMs < timing.pingPeriod) return
  link.lastReconnectMs = nowMs
  if (!link.commands) connectCommands(sentinel, instance)
  if (instance.kind !== 'sentinel' && !link.messages) connectMessages(sentinel, instance)
  if (link.commands && (instance.kind === 'sentinel' || link.messages)) link.isDisconnected = false
}

function connectCommands(sentinel: Sentinel, instance: Instance): void {
  const { link, address } = instance
  const connection = new RedisConnection(sentinel.node, {
    lost: (lost) => {
      if (link.commands !== lost) return
      link.commands = undefined
      link.isDisconnected = true
      link.pendingCommands = 0
    },
    heard: () => undefined,
  })
  if (!connection.open(address.host, address.port)) return
  link.commands = connection
  link.pendingCommands = 0
  link.commandsSinceMs = sentinel.nowMs
  introduce(sentinel, instance, connection, 'cmd')
  ping(sentinel, instance)
}

function connectMessages(sentinel: Sentinel, instance: Instance): void {
  const { link, address } = instance
  const connection = new RedisConnection(sentinel.node, {
    lost: (lost) => {
      if (link.messages !== lost) return
      link.messages = undefined
      link.isDisconnected = true
    },
    heard: (reply) => hear(sentinel, link, reply),
  })
  if (!connection.open(address.host, address.port)) return
  link.messages = connection
  link.messagesSinceMs = sentinel.nowMs
  introduce(sentinel, instance, connection, 'pubsub')
  connection.post([instance.commandName('SUBSCRIBE'), HELLO_CHANNEL])
}

/** Logs in, and names the connection, for CLIENT LIST. What is answered shows in what follows. */
function introduce(
  sentinel: Sentinel,
  instance: Instance,
  connection: RedisConnection,
  purpose: 'cmd' | 'pubsub',
): void {
  const [user, password] = loginOf(sentinel, instance)
  const auth = instance.commandName('AUTH')
  const ignore = () => answered(instance.link)
  const send = (argv: readonly string[]) => {
    instance.link.pendingCommands++
    connection.send(argv, ignore)
  }
  if (password !== '') send(user === '' ? [auth, password] : [auth, user, password])
  send([instance.commandName('CLIENT'), 'SETNAME', `sentinel-${sentinel.id.slice(0, 8)}-${purpose}`])
}

function loginOf({ user, password, node }: Sentinel, instance: Instance): readonly [user: string, password: string] {
  if (instance.kind !== 'sentinel') return [instance.owner.authUser, instance.owner.authPassword]
  // Without a password of their own, Sentinels use the one that is asked of their clients.
  return password === '' ? ['', node.config.get('requirepass')] : [user, password]
}

function answered(link: InstanceLink): void {
  if (link.pendingCommands > 0) link.pendingCommands--
}

/** Sends a command about an instance; an answer that comes after the instance is gone is not looked at. */
export function ask(instance: Instance, argv: readonly string[], take: (reply: Reply) => void = () => undefined): void {
  const { link } = instance
  const [name, ...rest] = argv
  link.pendingCommands++
  link.commands?.send([instance.commandName(name!), ...rest], (reply) => {
    answered(link)
    if (!instance.isReleased) take(reply)
  })
}

export function sendPeriodically(sentinel: Sentinel, instance: Instance): void {
  const { link } = instance
  if (link.isDisconnected || link.pendingCommands >= PENDING_MAX * link.sharers) return
  const { nowMs, timing } = sentinel
  const isInfoOld = instance.infoMs === 0 || nowMs - instance.infoMs > infoPeriod(sentinel, instance)
  if (instance.kind !== 'sentinel' && isInfoOld) {
    ask(instance, ['INFO'], (reply) => {
      if (reply.kind === 'bulk') processInfo(sentinel, instance, reply.bytes)
    })
  }
  const pingPeriod = Math.min(instance.downAfterMs, timing.pingPeriod)
  if (nowMs - link.lastPongMs > pingPeriod && nowMs - link.lastPingMs > Math.trunc(pingPeriod / 2)) {
    ping(sentinel, instance)
  }
  if (nowMs - instance.lastHelloSentMs > timing.publishPeriod) sendHello(sentinel, instance)
}

/** A replica is looked at closely while its primary is down or replaced, or out of its reach. */
function infoPeriod({ timing }: Sentinel, { kind, primary, primaryLinkDownMs }: Instance): number {
  const isClose =
    kind === 'replica' && (primary!.isObjectivelyDown || primary!.isFailingOver || primaryLinkDownMs !== 0)
  return isClose ? 1000 : timing.infoPeriod
}

function ping(sentinel: Sentinel, instance: Instance): void {
  const { link } = instance
  link.lastPingMs = sentinel.nowMs
  // Time is counted from the first PING that has no answer.
  if (link.openPingMs === 0) link.openPingMs = link.lastPingMs
  ask(instance, ['PING'], (reply) => takePong(sentinel, instance, reply))
}

const ALIVE = /^(?:PONG|LOADING|MASTERDOWN)/

function takePong(sentinel: Sentinel, instance: Instance, reply: Reply): void {
  const { link } = instance
  if (reply.kind === 'simple' || reply.kind === 'error') {
    if (ALIVE.test(reply.text)) {
      link.availableMs = sentinel.nowMs
      link.openPingMs = 0
      if (reply.text.startsWith('PONG')) instance.isRebooting = false
    } else if (reply.text.startsWith('BUSY') && instance.isSubjectivelyDown && !instance.isScriptKillSent) {
      ask(instance, ['SCRIPT', 'KILL'])
      instance.isScriptKillSent = true
    }
  }
  link.lastPongMs = sentinel.nowMs
}

function sendHello(sentinel: Sentinel, instance: Instance): void {
  const localHost = instance.link.commands?.localHost ?? ''
  if (localHost === '') return
  ask(instance, ['PUBLISH', HELLO_CHANNEL, helloText(sentinel, instance.owner, localHost)], (reply) => {
    // One that did not get through is sent again in the next round.
    if (reply.kind !== 'error') instance.lastHelloSentMs = sentinel.nowMs
  })
}

/** A message on a pub/sub connection, which also shows that the connection works. */
function hear(sentinel: Sentinel, link: InstanceLink, reply: Reply): void {
  link.lastMessageMs = sentinel.nowMs
  if (reply.kind !== 'array') return
  const [kind, , message] = reply.items
  if (reply.items.length !== 3 || kind?.kind !== 'bulk' || kind.bytes !== 'message' || message?.kind !== 'bulk') return
  if (!message.bytes.includes(sentinel.id)) processHello(sentinel, message.bytes)
}

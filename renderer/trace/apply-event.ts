/**
 * One event more. The model is changed in place, because a run may bring a hundred thousand events a second, and by
 * nothing but the event: the same events give the same model, from a live run, a recording or a test.
 */
import { eventTypes, type TraceEvent, type TraceEventOf } from '../../shared/trace/event-types'
import { globMatches } from '../../shared/glob'
import { countEvent } from '../../shared/trace/ledger'
import { applyJob } from './apply-job'
import { isFault, keepIncident, redirectionOf } from './incidents'
import {
  bindingKey,
  deliveryEdge,
  flowOf,
  isKeyEventChannel,
  isQueueBinding,
  publishEdge,
  trafficKey,
  type ActorModel,
  type Binding,
  type BindingKind,
  type Model,
} from './model'
import { RateWindow } from './rates'

export function applyEvent(model: Model, event: TraceEvent): void {
  model.nowUs = event.t
  model.families[eventTypes[event.type].family]++
  model.density.add(event.t, isMissed(event))
  applyJob(model, event)
  countEvent(model.ledger, event)
  if (keepIncident(model.incidents, event)) {
    model.structure++
    if (isFault(event)) model.redirects.clear()
  }
  keepAbsence(model, event)
  switch (event.type) {
    case 'run.started':
      model.scenario = event.scenario
      model.seed = event.seed
      break
    case 'script.ended':
      model.script = { passed: event.passed, failed: event.failed, t: event.t }
      break
    case 'run.ended':
      model.ended = event.why
      break
    case 'step.started':
      model.steps.push({ step: event.step, text: event.text, startedUs: event.t, isOver: false })
      break
    case 'step.ended': {
      const step = model.steps.find((candidate) => candidate.step === event.step && !candidate.isOver)
      if (step) step.isOver = true
      break
    }
    case 'expectation.passed':
    case 'expectation.failed': {
      const isPassed = event.type === 'expectation.passed'
      const { seq, t, expression, actual } = event
      model.expectations.push({ seq, isPassed, expression, actual, t })
      break
    }
    case 'actor.joined':
      joinActor(model, event.actor, event.role, event.t, { rate: event.rate, message: event.template })
      break
    case 'actor.left':
      change(model, event.actor, event.t, (actor) => {
        actor.hasLeft = true
        actor.link = 'none'
        actor.connections.clear()
        actor.bound.clear()
        actor.open.clear()
        actor.pausedUs = -1
      })
      break
    case 'actor.paused':
      change(model, event.actor, event.t, (actor) => (actor.pausedUs = event.t))
      break
    case 'actor.resumed':
      change(model, event.actor, event.t, (actor) => (actor.pausedUs = -1))
      break
    case 'actor.killed':
      change(model, event.actor, event.t, (actor) => (actor.killed = { t: event.t, why: event.why }))
      break
    case 'input.applied':
      if (event.call === 'actor.remove') removeActor(model, event.params)
      if (event.call === 'actor.rebind' || event.call === 'actor.restore') forgetFlows(model, event.params)
      break
    case 'actor.bound':
      bind(model, event.actor, event.t, 'bound', { kind: event.kind as BindingKind, resource: event.resource })
      break
    case 'actor.unbound':
      change(model, event.actor, event.t, (actor) => actor.bound.delete(bindingKey(event.kind, event.resource)))
      break
    case 'subscription.opened':
      bind(model, event.actor, event.t, 'open', { kind: event.kind as BindingKind, resource: event.resource })
      break
    case 'subscription.closed':
      change(model, event.actor, event.t, (actor) => actor.open.delete(bindingKey(event.kind, event.resource)))
      break
    case 'connection.opened':
      change(model, event.actor, event.t, (actor) => {
        if (actor.connections.size === 0) setLink(actor, 'open', '', event.t)
        actor.connections.set(event.connection, event.node)
        actor.connection = event.connection
        actor.node = event.node
        actor.address = event.address
      })
      break
    case 'connection.closed':
      change(model, event.actor, event.t, (actor) => {
        actor.connections.delete(event.connection)
        if (actor.connections.size > 0) return
        setLink(actor, 'closed', event.why, event.t)
        actor.open.clear()
      })
      break
    case 'connection.failed':
      change(model, event.actor, event.t, (actor) => {
        if (actor.connections.size === 0) setLink(actor, 'failed', event.why, event.t)
      })
      break
    case 'connection.retrying':
      change(model, event.actor, event.t, (actor) => {
        if (actor.connections.size === 0) setLink(actor, 'retrying', actor.why, event.t)
        actor.attempt = event.attempt
        actor.delayMs = event.delayMs
      })
      break
    case 'command.sent': {
      const actor = model.actors.get(event.actor)
      if (actor) {
        actor.commands++
        learnVerb(actor, event.command)
      }
      const key = trafficKey(event.actor, event.node)
      let rate = model.traffic.get(key)
      if (!rate) model.traffic.set(key, (rate = new RateWindow()))
      rate.add(event.t)
      break
    }
    case 'command.replied': {
      if (!event.failed) break
      const actor = model.actors.get(event.actor)
      if (actor) actor.failedReplies++
      const sent = redirectionOf(event.reply)
      if (sent) redirect(model, event, sent)
      break
    }
    case 'message.published': {
      // Nodes tell of each key on a channel of its own: a channel that nobody hears is no part of the graph, and a run
      // that changes many keys has many thousands of them.
      if (isKeyEventChannel(event.channel)) {
        if (isHeard(model, event.channel)) seeChannel(model, event.channel, event.t)
        break
      }
      seeChannel(model, event.channel, event.t)
      const flow = flowOf(model, publishEdge(event.actor, event.channel))
      if (flow.count++ === 0) model.structure++
      flow.rate.add(event.t)
      break
    }
    case 'message.delivered': {
      const flow = flowOf(model, deliveryEdge(event.channel, event.actor, event.pattern))
      if (flow.count++ === 0) model.structure++
      flow.rate.add(event.t)
      break
    }
    case 'message.lost':
      if (event.actor) {
        const flow = flowOf(model, lossEdge(model, event.channel, event.actor))
        flow.lost++
        flow.lastLossWhy = event.why
        flow.lastLossUs = event.t
      }
      break
    case 'node.started':
      model.nodes.set(event.node, {
        name: event.node,
        role: event.role,
        address: event.address,
        isUp: true,
        isGone: false,
        why: '',
      })
      model.structure++
      break
    case 'node.killed': {
      const node = model.nodes.get(event.node)
      if (node) Object.assign(node, { isUp: false, isGone: event.why === 'removed', why: event.why })
      model.structure++
      break
    }
    case 'node.promoted':
    case 'node.demoted': {
      const node = model.nodes.get(event.node)
      if (node) node.role = event.type === 'node.promoted' ? 'primary' : 'replica'
      break
    }
  }
}

const ABSENCES_MAX = 4000

/** Of those who join only the ones are of interest who were away. */
function keepAbsence({ absences, actors }: Model, event: TraceEvent): void {
  switch (event.type) {
    case 'actor.joined':
      if (!actors.has(event.actor)) return
      break
    case 'actor.left':
      if (actors.get(event.actor)?.pausedUs === -1) return
      break
    case 'actor.paused':
    case 'actor.resumed':
    case 'actor.killed':
      break
    default:
      return
  }
  if (absences.length < ABSENCES_MAX) absences.push(event)
}

/** Whether somebody misses something. What a node tells of its keys, and nobody listens to, nobody misses. */
function isMissed(event: TraceEvent): boolean {
  if (event.type === 'job.lost') return true
  return event.type === 'message.lost' && (event.actor !== '' || !isKeyEventChannel(event.channel))
}

/** The edge on which a message for an actor was to travel: its plain subscription, else the first pattern that fits. */
export function lossEdge(model: Model, channel: string, name: string): string {
  const actor = model.actors.get(name)
  if (!actor || actor.bound.has(bindingKey('channel', channel))) return deliveryEdge(channel, name, '')
  for (const { kind, resource } of actor.bound.values()) {
    if (kind === 'pattern' && globMatches(resource, channel)) return deliveryEdge(channel, name, resource)
  }
  return deliveryEdge(channel, name, '')
}

function joinActor(model: Model, name: string, role: string, t: number, speech: ActorModel['speech']): ActorModel {
  const actor: ActorModel = {
    name,
    role,
    sinceUs: t,
    hasLeft: false,
    link: 'none',
    why: '',
    linkSinceUs: t,
    attempt: 0,
    delayMs: 0,
    connection: 0,
    node: '',
    address: '',
    connections: new Map(),
    bound: new Map(),
    open: new Map(),
    commands: 0,
    fired: 0,
    failedReplies: 0,
    speech,
    pausedUs: -1,
    killed: null,
    isRemoved: false,
    verbs: { take: '', add: '' },
  }
  model.actors.set(name, actor)
  model.structure++
  return actor
}

/** An actor that the trace names without having told of its joining is a guest: another program on the node. */
function change(model: Model, name: string, t: number, alter: (actor: ActorModel) => void): void {
  alter(model.actors.get(name) ?? joinActor(model, name, 'guest', t, { rate: 0, message: '' }))
  model.structure++
}

function bind(model: Model, name: string, t: number, list: 'bound' | 'open', binding: Binding): void {
  change(model, name, t, (actor) => actor[list].set(bindingKey(binding.kind, binding.resource), binding))
  if (binding.kind !== 'pattern' && !isQueueBinding(binding.kind)) seeChannel(model, binding.resource, t)
}

/** What was removed by hand is no longer drawn; what stopped or was killed is, so that it can be started again. */
function removeActor(model: Model, params: string): void {
  const { actor: name } = JSON.parse(params) as { readonly actor: string }
  const actor = model.actors.get(name)
  if (actor) actor.isRemoved = true
}

/** Whoever begins anew elsewhere has nothing to do any more with what it had before. */
function forgetFlows(model: Model, params: string): void {
  const { actor } = JSON.parse(params) as { readonly actor: string }
  for (const id of model.flows.keys()) {
    const [kind, name] = id.split('\0')
    if (kind !== 'd' && name === actor) model.flows.delete(id)
  }
  model.structure++
}

const TAKING = /^(?:XREADGROUP|BLMOVE|LMOVE|BRPOP|BLPOP|RPOP|LPOP|BZPOPMIN|BZMPOP|BLMPOP|ZPOPMIN)\b/
const ADDING = /^(?:XADD|LPUSH|RPUSH|ZADD)\b/

/** With which commands it takes and adds is a matter of its program: seen once, it is known. */
function learnVerb({ verbs, role }: ActorModel, command: string): void {
  if (role !== 'consumer' && role !== 'producer') return
  if (verbs.take === '') verbs.take = TAKING.exec(command)?.[0] ?? ''
  if (verbs.add === '') verbs.add = ADDING.exec(command)?.[0] ?? ''
}

/** `to` is an address: nodes send clients to addresses, people think in names. */
function redirect(
  model: Model,
  reply: TraceEventOf<'command.replied'>,
  { kind, slot, to }: { kind: string; slot: number; to: string },
): void {
  const { actor, node, seq, t, cause } = reply
  const name = [...model.nodes.values()].find(({ address }) => address === to)?.name ?? to
  const last = { kind, slot, from: node, to: name, lastUs: t, seq, cause }
  const known = model.redirects.get(actor)
  if (known) Object.assign(known, last, { count: known.count + 1 })
  else model.redirects.set(actor, { actor, firstSeq: seq, firstUs: t, count: 1, ...last })
}

function setLink(actor: ActorModel, link: ActorModel['link'], why: string, t: number): void {
  actor.link = link
  actor.why = why
  actor.linkSinceUs = t
}

/** Whether somebody means to hear what is said on a channel of a node's own. */
function isHeard(model: Model, channel: string): boolean {
  if (model.channels.has(channel)) return true
  for (const { bound, open } of model.actors.values()) {
    for (const { kind, resource } of bound.values()) {
      if (kind === 'pattern' ? globMatches(resource, channel) : resource === channel) return true
    }
    for (const { kind, resource } of open.values()) {
      if (kind === 'pattern' && globMatches(resource, channel)) return true
    }
  }
  return false
}

function seeChannel(model: Model, name: string, t: number): void {
  if (model.channels.has(name)) return
  model.channels.set(name, { name, sinceUs: t })
  model.structure++
}

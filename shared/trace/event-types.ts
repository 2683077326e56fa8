/**
 * Every kind of trace event and its fields, in one table: the packed format, the NDJSON of a recording and the types
 * below all come from it. A field is a `number`, `text` (a name or a sentence) or `bytes` (what went over the wire,
 * one character a byte). Every event also has `seq`, `t` and `cause`.
 */
export type FieldKind = 'number' | 'text' | 'bytes'

/** The six families that own the hues of the window, and `plain` for what is drawn neutral. */
export type EventFamily = 'send' | 'arrive' | 'wait' | 'break' | 'route' | 'react' | 'plain'

interface EventSpec {
  readonly family: EventFamily
  readonly fields: Readonly<Record<string, FieldKind>>
}

const connection = { actor: 'text', connection: 'number', node: 'text' } as const
const binding = { actor: 'text', resource: 'bytes', kind: 'text' } as const
/** `group` is a stream's consumer group, empty for other queues; `job` the id that a job keeps all its life. */
const job = { actor: 'text', resource: 'bytes', group: 'text', job: 'text' } as const

export const eventTypes = {
  'run.started': { family: 'plain', fields: { scenario: 'text', seed: 'number' } },
  /** The scenario's last step and its expectations are done; the run's hash is taken here. `ok` is 0 or 1. */
  'script.ended': { family: 'plain', fields: { passed: 'number', failed: 'number' } },
  'run.ended': { family: 'plain', fields: { why: 'text' } },
  note: { family: 'plain', fields: { text: 'text' } },
  'step.started': { family: 'plain', fields: { step: 'number', text: 'text' } },
  'step.ended': { family: 'plain', fields: { step: 'number' } },
  'expectation.passed': { family: 'arrive', fields: { expression: 'text', actual: 'text' } },
  'expectation.failed': { family: 'break', fields: { expression: 'text', actual: 'text' } },
  /** The user's own doing: the call's name and its parameters as JSON. */
  'input.applied': { family: 'plain', fields: { call: 'text', params: 'text' } },

  /** What a publisher says by itself: messages a second, 0 for none, and the template that they come from. */
  'actor.joined': { family: 'plain', fields: { actor: 'text', role: 'text', rate: 'number', template: 'text' } },
  'actor.left': { family: 'plain', fields: { actor: 'text' } },
  /**
   * What an actor means to do with a resource, connected or not. `kind`: publish, channel, pattern or sharded; add, take
   * or move where it is a queue.
   */
  'actor.bound': { family: 'plain', fields: binding },
  'actor.unbound': { family: 'plain', fields: binding },
  'connection.opened': { family: 'route', fields: { ...connection, address: 'text' } },
  'connection.closed': { family: 'break', fields: { ...connection, why: 'text' } },
  'connection.failed': { family: 'break', fields: { ...connection, why: 'text' } },
  'connection.retrying': { family: 'wait', fields: { actor: 'text', attempt: 'number', delayMs: 'number' } },
  /** A node has confirmed a subscription. `kind`: channel, pattern or sharded. */
  'subscription.opened': { family: 'plain', fields: binding },
  'subscription.closed': { family: 'plain', fields: { ...binding, why: 'text' } },
  'command.sent': { family: 'send', fields: { ...connection, command: 'bytes' } },
  /** `cause` is the sending; `failed` is 1 for an error reply. */
  'command.replied': { family: 'plain', fields: { ...connection, reply: 'bytes', failed: 'number' } },

  /** `message` is the number that follows the message to its end; `receivers` counts this node's clients. */
  'message.published': {
    family: 'send',
    fields: { ...connection, channel: 'bytes', message: 'number', payload: 'bytes', receivers: 'number' },
  },
  /** Another node passes it on to `receivers` of its own clients. */
  'message.relayed': {
    family: 'route',
    fields: { node: 'text', channel: 'bytes', message: 'number', receivers: 'number' },
  },
  /** It has arrived in the subscriber's socket. `pattern` is empty for a plain channel. */
  'message.delivered': {
    family: 'arrive',
    fields: { ...connection, channel: 'bytes', pattern: 'bytes', message: 'number', latencyUs: 'number' },
  },
  /** `actor` is who should have had it, empty when nobody at all listens. `why` is one of `lossReasons`. */
  'message.lost': { family: 'break', fields: { actor: 'text', channel: 'bytes', message: 'number', why: 'text' } },

  'key.changed': { family: 'plain', fields: { node: 'text', db: 'number', key: 'bytes', event: 'text' } },
  'key.expired': { family: 'react', fields: { node: 'text', db: 'number', key: 'bytes' } },
  /** Deleted because more memory was used than `maxmemory` allows. */
  'key.evicted': { family: 'react', fields: { node: 'text', db: 'number', key: 'bytes' } },
  'node.started': { family: 'route', fields: { node: 'text', role: 'text', address: 'text' } },
  'node.killed': { family: 'break', fields: { node: 'text', why: 'text' } },
  /** Its process stands still, and goes on. */
  'node.paused': { family: 'wait', fields: { node: 'text' } },
  'node.resumed': { family: 'route', fields: { node: 'text' } },
  /** `epoch` is the cluster's config epoch, or 0 without a cluster. */
  'node.promoted': { family: 'route', fields: { node: 'text', epoch: 'number', inPlaceOf: 'text' } },
  'node.demoted': { family: 'route', fields: { node: 'text', primary: 'text' } },
  /** `node` is who says so: `about` does not answer it (PFAIL, or SDOWN of a Sentinel). */
  'node.suspected': { family: 'wait', fields: { node: 'text', about: 'text' } },
  /** It is agreed (FAIL, or ODOWN): `reports` of `needed`; both 0 where the node only heard of it. */
  'node.failed': { family: 'break', fields: { node: 'text', about: 'text', reports: 'number', needed: 'number' } },
  /** Neither any more. */
  'node.cleared': { family: 'route', fields: { node: 'text', about: 'text' } },
  /** Whether a node of a cluster serves: `state` is ok or fail. */
  'node.state': { family: 'route', fields: { node: 'text', state: 'text', why: 'text' } },
  'node.added': { family: 'route', fields: { node: 'text', about: 'text' } },
  'node.removed': { family: 'break', fields: { node: 'text', about: 'text', why: 'text' } },

  /** `fault` is the number by which a fault can be healed. */
  'link.cut': { family: 'break', fields: { fault: 'number', from: 'text', to: 'text', oneWay: 'number' } },
  'link.delayed': {
    family: 'wait',
    fields: {
      fault: 'number',
      from: 'text',
      to: 'text',
      delayUs: 'number',
      jitterUs: 'number',
      bytesPerSecond: 'number',
    },
  },
  /** Something was done to one flight: `what` is hold, drop, duplicate, reorder, or release. */
  'link.tricked': { family: 'break', fields: { fault: 'number', from: 'text', to: 'text', what: 'text' } },
  'link.dropped': { family: 'break', fields: { from: 'text', to: 'text', connections: 'number' } },
  'link.healed': { family: 'route', fields: { fault: 'number', from: 'text', to: 'text' } },
  /** Sides by their members: `a, b | c`. */
  'partition.made': { family: 'break', fields: { fault: 'number', sides: 'text' } },
  'partition.healed': { family: 'route', fields: { fault: 'number', sides: 'text' } },
  'clock.jumped': { family: 'break', fields: { node: 'text', us: 'number' } },
  'clock.drifting': { family: 'break', fields: { node: 'text', ppm: 'number' } },
  'disk.full': { family: 'break', fields: { node: 'text' } },
  'disk.slow': { family: 'wait', fields: { node: 'text', us: 'number' } },
  'disk.ok': { family: 'route', fields: { node: 'text' } },

  'election.scheduled': {
    family: 'wait',
    fields: { node: 'text', fixedMs: 'number', randomMs: 'number', rank: 'number', offset: 'number' },
  },
  'election.started': { family: 'route', fields: { node: 'text', epoch: 'number', needed: 'number' } },
  'vote.granted': { family: 'route', fields: { node: 'text', to: 'text', epoch: 'number' } },
  'vote.denied': { family: 'break', fields: { node: 'text', to: 'text', epoch: 'number', why: 'text' } },
  /** The candidate has counted it. */
  'vote.counted': {
    family: 'route',
    fields: { node: 'text', from: 'text', epoch: 'number', votes: 'number', needed: 'number' },
  },
  'election.won': { family: 'route', fields: { node: 'text', epoch: 'number', votes: 'number' } },
  'election.lost': { family: 'break', fields: { node: 'text', epoch: 'number', why: 'text' } },
  /** `node` is who sees it so now; `slots` are ranges: `0-5460 5462`. */
  'slots.moved': {
    family: 'route',
    fields: { node: 'text', slots: 'text', from: 'text', to: 'text', epoch: 'number' },
  },
  'slots.migrating': { family: 'route', fields: { node: 'text', slot: 'number', direction: 'text', peer: 'text' } },
  'epoch.bumped': { family: 'route', fields: { node: 'text', epoch: 'number', why: 'text' } },

  'replication.full': {
    family: 'route',
    fields: { node: 'text', replica: 'text', offset: 'number', bytes: 'number' },
  },
  'replication.partial': {
    family: 'route',
    fields: { node: 'text', replica: 'text', from: 'number', bytes: 'number' },
  },
  'replication.up': { family: 'route', fields: { node: 'text', primary: 'text', offset: 'number' } },
  'replication.down': { family: 'break', fields: { node: 'text', primary: 'text', why: 'text' } },
  /** What only this node had is replaced by its primary's data: so many bytes of its stream. */
  'write.lost': { family: 'break', fields: { node: 'text', primary: 'text', from: 'number', to: 'number' } },
  /** What a Sentinel says on its channels: `+switch-master` and the rest. */
  'sentinel.said': { family: 'route', fields: { node: 'text', event: 'text', text: 'text' } },
  /** A client was sent elsewhere: `kind` is MOVED or ASK. */
  'command.redirected': {
    family: 'route',
    fields: { ...connection, kind: 'text', slot: 'number', to: 'text' },
  },

  /** A queue is used for the first time. `kind` is one of `queueKinds`. */
  'queue.opened': { family: 'plain', fields: { resource: 'bytes', kind: 'text' } },
  /** From now on a consumer group is to get every entry, and `backlog` of those that were there. */
  'group.joined': { family: 'plain', fields: { actor: 'text', resource: 'bytes', group: 'text', backlog: 'number' } },
  /**
   * The server has confirmed that it holds the job. `place` is its entry id in a stream, or its id in BullMQ; `copies` how many are to get it:
   * a stream's groups, or 1.
   */
  'job.added': {
    family: 'send',
    fields: { actor: 'text', resource: 'bytes', job: 'text', place: 'text', payload: 'bytes', copies: 'number' },
  },
  /** Whether the server has it is not known, or it has said that it does not. */
  'job.refused': { family: 'break', fields: { actor: 'text', resource: 'bytes', job: 'text', why: 'text' } },
  /** It is not to be taken before `dueUs`, in microseconds since the run began. */
  'job.delayed': { family: 'wait', fields: { actor: 'text', resource: 'bytes', job: 'text', dueUs: 'number' } },
  /** It went on to another queue; `copies` as in `job.added`. `open` is 0 where this one was done with it before. */
  'job.moved': {
    family: 'route',
    fields: { ...job, to: 'bytes', open: 'number', copies: 'number' },
  },
  /** `attempt` counts from 1; `waitedUs` since it was added; `overtaken` is 1 when one added later was taken before. */
  'job.taken': {
    family: 'arrive',
    fields: { ...job, place: 'text', attempt: 'number', waitedUs: 'number', overtaken: 'number' },
  },
  /** Its work is done, for the `times`-th time. */
  'job.handled': { family: 'arrive', fields: { ...job, times: 'number', open: 'number', workedUs: 'number' } },
  /** The server has forgotten it, as it was told to. */
  'job.acknowledged': { family: 'arrive', fields: job },
  'job.failed': { family: 'break', fields: { ...job, attempt: 'number', why: 'text' } },
  'job.retried': { family: 'wait', fields: { ...job, attempt: 'number', delayUs: 'number' } },
  /** Taken from `from`, who had it for `idleUs` without a word. */
  'job.claimed': { family: 'wait', fields: { ...job, from: 'text', idleUs: 'number' } },
  /** The time that its holder had for it has passed. */
  'job.expired': { family: 'wait', fields: { ...job, holder: 'text' } },
  /** `open` and `copies` as in `job.moved`. */
  'job.deadlettered': {
    family: 'break',
    fields: { ...job, to: 'bytes', why: 'text', open: 'number', copies: 'number' },
  },
  /** `actor` is who had it last, if anybody; `why` is one of `jobLossReasons`. */
  'job.lost': { family: 'break', fields: { ...job, why: 'text' } },
  /** It was thought lost, and is there. */
  'job.found': { family: 'route', fields: job },
  /** It was handled more than once; `why` is one of `duplicateReasons`. */
  'job.duplicated': { family: 'break', fields: { ...job, times: 'number', why: 'text' } },

  /** Its process stands still, and goes on. */
  'actor.paused': { family: 'wait', fields: { actor: 'text' } },
  'actor.resumed': { family: 'route', fields: { actor: 'text' } },
  /** Its process has ended in the middle of whatever it did. */
  'actor.killed': { family: 'break', fields: { actor: 'text', why: 'text' } },
  /** What a handler has to say. */
  'actor.said': { family: 'plain', fields: { actor: 'text', text: 'text' } },
  /** `what` happened to `resource`, and the trigger heard of it `lateUs` after the fact, -1 where that is not known. */
  'trigger.fired': {
    family: 'react',
    fields: { actor: 'text', resource: 'bytes', what: 'text', lateUs: 'number' },
  },
  'trigger.acted': { family: 'react', fields: { actor: 'text', resource: 'bytes', action: 'text' } },
  'trigger.failed': { family: 'break', fields: { actor: 'text', resource: 'bytes', action: 'text', why: 'text' } },
  /** It set itself off and was stopped: `chain` is how it came back to itself. */
  'trigger.looped': { family: 'break', fields: { actor: 'text', chain: 'text' } },
  /** On real servers: so many of a message's `receivers` are no actors of this run. What they got is not seen. */
  'message.unseen': {
    family: 'plain',
    fields: { node: 'text', channel: 'bytes', message: 'number', receivers: 'number' },
  },
} as const satisfies Readonly<Record<string, EventSpec>>

export type EventType = keyof typeof eventTypes

type FieldValue<K extends FieldKind> = K extends 'number' ? number : string
type FieldsOf<T extends EventType> = {
  readonly [F in keyof (typeof eventTypes)[T]['fields']]: (typeof eventTypes)[T]['fields'][F] extends FieldKind
    ? FieldValue<(typeof eventTypes)[T]['fields'][F]>
    : never
}

/** What the one who appends an event gives: the trace adds `seq` and `t`. */
export type EventInput = { [T in EventType]: { readonly type: T; readonly cause?: number } & FieldsOf<T> }[EventType]

export type TraceEventOf<T extends EventType> = {
  /** From 1, without gaps. */
  readonly seq: number
  /** Microseconds since the run began. */
  readonly t: number
  readonly type: T
  /** The `seq` of the event that made this one happen, 0 for none. */
  readonly cause: number
} & FieldsOf<T>

export type TraceEvent = { [T in EventType]: TraceEventOf<T> }[EventType]

/**
 * Why a message did not reach somebody: nobody at all listened; the actor was disconnected, or connected but not
 * subscribed; it disconnected while the message was on its way; it read so slowly that its node hung up; the message
 * never reached the node that it listens to; it was a key event, which a node of a cluster tells only those who listen
 * there; or, on real servers, it never came, and nobody can know why.
 */
export const lossReasons = [
  'no-subscriber',
  'disconnected',
  'not-subscribed',
  'in-flight',
  'output-buffer',
  'partition',
  'unknown',
  'other-node',
] as const
export type LossReason = (typeof lossReasons)[number]

/** What holds jobs: see `electron/engine/queues`. `bull-failed` is where BullMQ keeps what it has given up. */
export const queueKinds = ['list', 'delayed', 'priority', 'stream', 'request', 'bull', 'bull-failed'] as const
export type QueueKind = (typeof queueKinds)[number]

/**
 * Why a job will never be handled: whoever had it is gone, and nobody else knows of it; the reply that carried it never
 * arrived; the primary that had it was replaced by one that had not; its key was deleted, ran out of time or was evicted;
 * its stream was trimmed; the server lost it by a restart; its consumer
 * gave it up, and keeps no dead letters; whoever asked waited in vain; nobody
 * knows.
 */
export const jobLossReasons = [
  'holder-gone',
  'reply-lost',
  'failover',
  'deleted',
  'expired',
  'evicted',
  'trimmed',
  'restart',
  'given-up',
  'no-answer',
  'unknown',
] as const
export type JobLossReason = (typeof jobLossReasons)[number]

/**
 * Why a job was handled again: it was claimed while its holder was still at work, or after its holder had done the work
 * and before it could say so; it had been acknowledged, and a failover or restart took that back; two moved it at
 * once; it was added again because the answer to the first time did not come; it was tried again after a failure that
 * came after the work.
 */
export const duplicateReasons = [
  'claimed-at-work',
  'not-acknowledged',
  'rolled-back',
  'moved-twice',
  'added-twice',
  'retried',
] as const
export type DuplicateReason = (typeof duplicateReasons)[number]

export interface FieldLayout {
  readonly name: string
  readonly kind: FieldKind
}

/** Types by their packed code, and each type's fields in packed order. */
export const typeNames = Object.keys(eventTypes) as EventType[]
export const typeCodes = Object.fromEntries(typeNames.map((name, code) => [name, code])) as Record<EventType, number>
export const fieldLayouts: readonly (readonly FieldLayout[])[] = typeNames.map((name) =>
  Object.entries(eventTypes[name].fields).map(([field, kind]) => ({ name: field, kind: kind as FieldKind })),
)

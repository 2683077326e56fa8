/** Answers the engine's calls: one run at a time, which each start or restart replaces. */
import {
  engineCalls,
  type CallParams,
  type CallResult,
  type CheckedParams,
  type DeploymentChoice,
  type EngineCallName,
  type RunState,
  type ScenarioSource,
  type Speed,
} from '../../../shared/contract'
import { EventyardError, problemOf } from '../../../shared/errors'
import type { ConsoleBatch } from '../../../shared/console/console-types'
import { withoutSecrets } from '../../../shared/secrets'
import { actorSchema, membersOf } from '../../../shared/scenario/actor-roles'
import type { Actor } from '../actors/actor'
import { Producer } from '../actors/producer'
import { commandDocs } from '../console/command-docs'
import type { TraceBatch } from '../../../shared/trace/batch'
import { SeededRandom } from '../../simulator/clock/seeded-random'
import { loadInterpreter } from '../handlers/sandbox'
import type { ScenarioLibrary } from '../host/scenario-library'
import type { WorkerOptions } from '../worker-protocol'
import { viewDeployment } from '../deployment/view'
import type { StandingFaults } from '../deployment/standing-faults'
import { findServer } from '../host/server-process'
import { diagnose } from '../live/diagnose'
import type { LocalControls } from '../live/live-deployment'
import { openDeployment } from '../live/open-deployment'
import { LiveRun } from '../live/live-run'
import { nodeToRead, peekData } from './peek-data'
import { restingState, Run } from './run'

export interface EngineOutput {
  trace(batch: TraceBatch): void
  state(state: RunState): void
  console(batch: ConsoleBatch): void
}

type Handlers = {
  readonly [N in EngineCallName]: (params: CheckedParams<N>) => CallResult<N> | Promise<CallResult<N>>
}

export class Engine {
  private run: Run | LiveRun | null = null
  private source: ScenarioSource | null = null
  private on: DeploymentChoice = { kind: 'embedded' }
  private runs = 0
  private change: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly library: ScenarioLibrary,
    private readonly output: EngineOutput,
    private readonly options: Pick<WorkerOptions, 'observed' | 'aofFolder' | 'reachesOut' | 'firstPort'>,
  ) {}

  /** Rejects with EventyardError where the caller can do something about it. */
  async call<N extends EngineCallName>(name: N, params: CallParams<N>): Promise<CallResult<N>> {
    // Main has checked what the window sent; the command line has not, and both leave defaults to the schema.
    const checked = engineCalls[name].params.safeParse(params)
    if (!checked.success) {
      const { path, message } = checked.error.issues[0]!
      throw new EventyardError('call.invalid', {
        call: name,
        path: path.join('.') || 'the parameters',
        problem: message,
      })
    }
    const handler = this.handlers[name] as Handlers[N]
    return handler(checked.data as CheckedParams<N>)
  }

  /** An error that nobody caught while a run was going on is the run's. */
  fail(error: unknown): boolean {
    if (!this.run || this.run.isOver) return false
    this.run.fail(error)
    return true
  }

  private readonly handlers: Handlers = {
    'scenarios.list': () => this.library.list(),
    'run.start': ({ source, seed, paused, on }) => {
      if (paused && on.kind !== 'embedded') throw new EventyardError('live.time')
      return this.inTurn(() => this.start(source, seed, paused, on))
    },
    'run.restart': ({ seed }) =>
      this.inTurn(() => {
        const { seed: last, speed } = this.latest().state()
        return this.start(this.source!, seed ?? last, false, this.on, speed)
      }),
    'run.stop': () =>
      this.inTurn(async () => {
        await this.run?.stop()
        return this.state()
      }),
    'run.state': () => this.state(),
    'run.hash': () => {
      const { trace } = this.latest()
      return { hash: trace.hash(), events: trace.length }
    },
    'trace.resend': () => ({ events: this.run?.resend() ?? 0 }),
    'time.pause': () => this.steer((run) => run.loop.pause()),
    'time.resume': () => this.steer((run) => run.loop.resume()),
    'time.step': () => this.steer((run) => run.loop.step()),
    'time.speed': ({ speed }) =>
      this.steer((run) => {
        if (run.guests.state.clients === 0) run.loop.speed = speed
        else if (speed !== 1) throw new EventyardError('guest.speed', { clients: run.guests.state.clients })
      }),
    'actor.add': (params) => this.act('actor.add', params, (run) => prepareAdding(run, params)),
    'actor.create': (params) => this.act('actor.create', params, (run) => prepareCreating(run, params)),
    'actor.steer': (params) => this.act('actor.steer', params, (run) => prepareSteering(run, params)),
    'job.add': (params) => this.addJob(params),
    'actor.remove': (params) =>
      this.act('actor.remove', params, ({ cast }) => {
        cast.get(params.actor)
        return carryOut(() => cast.remove(params.actor))
      }),
    'actor.rebind': (params) =>
      this.act('actor.rebind', params, ({ cast }) => {
        const spec = cast.specElsewhere(params.actor, params)
        return carryOut(() => cast.replace(params.actor, spec))
      }),
    'actor.restore': (params) =>
      this.act('actor.restore', params, ({ cast, consoles }) => {
        cast.requirePast(params.actor)
        if (consoles.has(params.actor)) throw new EventyardError('actor.exists', params)
        return carryOut(() => cast.restore(params.actor))
      }),
    'actor.connect': (params) =>
      this.act('actor.connect', params, ({ cast }) => {
        const actor = cast.get(params.actor)
        return carryOut(() => actor.connect())
      }),
    'actor.disconnect': (params) =>
      this.act('actor.disconnect', params, ({ cast }) => {
        const actor = cast.get(params.actor)
        return carryOut(() => actor.disconnect())
      }),
    'actor.subscribe': (params) =>
      this.act('actor.subscribe', params, (run) => {
        const actor = subscriberOf(run, params.actor, 'subscribe')
        return carryOut(() => {
          actor.listen('channel', params.channels)
          actor.listen('pattern', params.patterns)
        })
      }),
    'actor.unsubscribe': (params) =>
      this.act('actor.unsubscribe', params, (run) => {
        const actor = subscriberOf(run, params.actor, 'unsubscribe')
        return carryOut(() => {
          actor.unlisten('channel', params.channels)
          actor.unlisten('pattern', params.patterns)
        })
      }),
    'pubsub.publish': (params) => this.publish(params),
    'guest.open': async ({ port }) => {
      const { guests } = embedded(this.open(), 'Opening the run to other programs')
      return { address: await guests.open(port), nodes: [...guests.addresses] }
    },
    'guest.close': () => {
      embedded(this.open(), 'Opening the run to other programs').guests.close()
      return {}
    },
    'console.commands': () => [...commandDocs()],
    'console.open': (params) =>
      this.act('console.open', params, ({ cast, consoles }) => {
        const session = consoles.create(params.purpose, params.node, (name) => cast.names().includes(name))
        return () => {
          consoles.add(session)
          return { session: session.name }
        }
      }),
    'console.send': ({ session, commands, confirmed }) => {
      const told = { session, commands: commands.map(({ argv }) => withoutSecrets(argv)) }
      return this.act('console.send', told, (run) => {
        const target = run.consoles.get(session)
        if (run instanceof LiveRun) {
          for (const { argv } of commands) run.deployment.requireAllowed?.(argv, confirmed)
        }
        return carryOut(() => target.send(commands))
      })
    },
    'console.interrupt': (params) =>
      this.act('console.interrupt', params, ({ consoles }) => {
        const session = consoles.get(params.session)
        return carryOut(() => session.interrupt())
      }),
    'console.close': (params) =>
      this.act('console.close', params, ({ consoles }) => {
        consoles.get(params.session)
        return carryOut(() => consoles.remove(params.session))
      }),
    'data.peek': async ({ db, commands, node }) => {
      const run = this.latest()
      if (!(run instanceof LiveRun)) return peekData(run, db, commands, node)
      const replies = await run.deployment.data.peek(db, commands, node)
      return { nowUs: run.yard.clock.nowUs(), replies }
    },
    'data.databases': (params) => {
      const run = this.latest()
      if (run instanceof LiveRun) return run.deployment.data.databases(params.node)
      const node = nodeToRead(run.world, params.node)
      const { databases } = node.keyspace
      return {
        node: node.name,
        databases: databases.map(({ index, size, volatile }) => ({ db: index, keys: size, expires: volatile.length })),
      }
    },
    'fault.apply': (params) =>
      this.act('fault.apply', params, (run) => {
        const faults = faultsOf(run)
        faults.check(params.fault)
        return () => ({ id: faults.apply(params.fault, params.forUs) })
      }),
    'fault.heal': (params) =>
      this.act('fault.heal', params, (run) => {
        const faults = faultsOf(run)
        const { id } = params
        if (id !== undefined) faults.require(id)
        return carryOut(() => (id === undefined ? faults.healAll() : faults.heal(id)))
      }),
    'node.start': (params) =>
      this.act('node.start', params, (run) => {
        const { node: name, wipe } = params
        if (run instanceof LiveRun) {
          const { servers, faults } = localOf(run)
          const node = servers.node(name)
          // What goes wrong is the call's answer: nobody else waits for it.
          return () => faults.start(node, wipe).then(() => ({}))
        }
        run.world.process(name)
        return carryOut(() => run.world.startProcess(name, wipe))
      }),
    'node.resume': (params) =>
      this.act('node.resume', params, (run) => {
        const { node: name } = params
        if (run instanceof LiveRun) {
          const { servers, faults } = localOf(run)
          const node = servers.node(name)
          return carryOut(() => faults.resume(node))
        }
        run.world.process(name)
        return carryOut(() => run.world.resumeProcess(name))
      }),
    'topology.change': (params) =>
      this.act('topology.change', params, (run) => {
        const world = embedded(run, 'Changing the topology').world
        world.operator.check(params.change)
        return carryOut(() => void world.operator.carryOut(params.change).catch(() => undefined))
      }),
    'deployment.view': ({ slotMaps }) => {
      const run = this.latest()
      if (run instanceof LiveRun) return localOf(run).view()
      const { world, cast } = run
      return viewDeployment(world, slotMaps ? cast.names().map((name) => cast.get(name)) : [])
    },
    'connection.test': async ({ connection }) => {
      const { data: _data, ...found } = await diagnose(connection)
      return found
    },
    'servers.find': ({ path }) => findServer(path),
    'servers.logs': ({ node }) => {
      const { log, pid } = localOf(liveOf(this.latest())).servers.node(node).process
      return { lines: [...log], pid }
    },
    'deployment.flights': () => this.latestWorld('The Cluster view').world.flights.take(),
    'console.list': () => [...(this.run?.consoles.names() ?? [])],
  }

  private state(): RunState {
    return this.run?.state() ?? restingState()
  }

  /** One run ends before the next begins: two worlds in one thread would share its globals. */
  private inTurn<T>(change: () => Promise<T>): Promise<T> {
    const changed = this.change.then(change)
    this.change = changed.catch(() => undefined)
    return changed
  }

  private async start(
    source: ScenarioSource,
    seed: number | undefined,
    paused: boolean,
    on: DeploymentChoice,
    speed: Speed = 1,
  ): Promise<RunState> {
    // Read first: a file that cannot be read leaves the run that is going on as it is.
    const loaded = this.library.load(source)
    // Loading it takes the machine's time, which a world has not.
    if (Object.values(loaded.scenario.actors).some((spec) => 'handler' in spec)) await loadInterpreter()
    await this.run?.stop()
    this.source = source
    this.on = on
    const { options, output: send } = this
    const parts = { run: ++this.runs, loaded, seed: seed ?? loaded.scenario.seed, send }
    if (on.kind !== 'embedded') {
      this.run = new LiveRun(parts, await openDeployment(on, loaded.scenario.deployment, new SeededRandom(parts.seed)))
      this.run.start()
      return this.run.state()
    }
    const run = new Run({ ...parts, ...options })
    this.run = run
    run.loop.speed = speed
    run.start(paused)
    return run.state()
  }

  private latest(): Run | LiveRun {
    if (!this.run) throw new EventyardError('run.none')
    return this.run
  }

  /** The latest run, if it is a world. Throws `live.embedded`: `what` is said of it. */
  private latestWorld(what: string): Run {
    return embedded(this.latest(), what)
  }

  private open(): Run | LiveRun {
    const run = this.latest()
    if (run.isOver) throw new EventyardError('run.over')
    return run
  }

  private steer(change: (run: Run) => void): RunState {
    const run = this.open()
    if (run instanceof LiveRun) throw new EventyardError('live.time')
    change(run)
    return run.state()
  }

  /**
   * The user's own doing is an input of the run: applied between two events, and told in the trace before what follows
   * from it. `prepare` throws where it must be refused, and then nothing has happened.
   */
  private act<T>(
    call: EngineCallName,
    params: unknown,
    prepare: (run: Run | LiveRun) => () => T | Promise<T>,
  ): Promise<T> {
    const run = this.open()
    return run.input(() => {
      const apply = prepare(run)
      const { trace } = run
      trace.cause = trace.append({ type: 'input.applied', cause: 0, call, params: JSON.stringify(params) })
      return apply()
    })
  }

  private async publish(params: CheckedParams<'pubsub.publish'>): Promise<{ receivers: number | null }> {
    const run = this.open()
    const { actor, channel, message } = params
    // In a list, so that it is not awaited inside the input: the answer needs time to go on.
    const [sent] = await this.act('pubsub.publish', params, ({ cast }) => {
      const publisher = cast.get(actor)
      publisher.requireOnline()
      return () => [publisher.publish(channel, message)] as const
    })
    const answer = sent.catch((error: unknown) => {
      throw new EventyardError('command.failed', { actor, problem: problemOf(error) })
    })
    const receivers = await (run instanceof LiveRun ? answer : Promise.race([answer, run.loop.standstill()]))
    return { receivers: receivers ?? null }
  }

  private async addJob(params: CheckedParams<'job.add'>): Promise<{ job: string | null }> {
    const run = this.open()
    const { actor, body } = params
    // In a list, so that it is not awaited inside the input: the answer needs time to go on.
    const [added] = await this.act('job.add', params, ({ cast }) => {
      const producer = cast.get(actor)
      if (!(producer instanceof Producer)) {
        throw new EventyardError('actor.role', { actor, role: producer.role, action: 'add jobs', wanted: 'producer' })
      }
      producer.requireOnline()
      return () => [producer.add(body)] as const
    })
    const answer = added.catch((error: unknown) => {
      throw new EventyardError('command.failed', { actor, problem: problemOf(error) })
    })
    const job = await (run instanceof LiveRun ? answer : Promise.race([answer, run.loop.standstill()]))
    return { job: job ?? null }
  }
}

/** Throws `call.invalid` in the words of the scenario's schema. */
function prepareCreating(run: Run | LiveRun, params: CheckedParams<'actor.create'>): () => { actors: string[] } {
  const checked = actorSchema.safeParse(params.spec)
  if (!checked.success) {
    const { path, message } = checked.error.issues[0]!
    throw new EventyardError('call.invalid', {
      call: 'actor.create',
      path: ['spec', ...path].join('.'),
      problem: message,
    })
  }
  const { cast, consoles } = run
  const spec = checked.data
  // Code needs its interpreter, which takes the machine's time to load: only a run that begins has that.
  if ('handler' in spec && spec.handler !== undefined) throw new EventyardError('actor.handler')
  const name = params.name ?? cast.freeName(spec.role)
  const members = membersOf(name, spec)
  for (const member of members) if (consoles.has(member)) throw new EventyardError('actor.exists', { actor: member })
  cast.add(name, spec)
  return () => {
    for (const member of members) cast.start(member)
    return { actors: [...members] }
  }
}

function prepareSteering(run: Run | LiveRun, { actor, action }: CheckedParams<'actor.steer'>) {
  const { cast } = run
  cast.get(actor)
  if (action === 'pause' || action === 'resume') embedded(run, 'Pausing actors')
  return carryOut(() => cast[action](actor))
}

function prepareAdding({ cast, consoles }: Run | LiveRun, params: CheckedParams<'actor.add'>): () => { actor: string } {
  const { role, name = cast.freeName(params.role), channels, patterns, rate, message } = params
  if (consoles.has(name)) throw new EventyardError('actor.exists', { actor: name })
  const [channel = ''] = channels
  const speech = { rate: rate || undefined, message, sharded: false, burst: 1 }
  if (role === 'publisher') cast.add(name, { role, channel, ...speech })
  else cast.add(name, { role, channels, patterns, sharded: [] })
  return () => {
    cast.start(name)
    return { actor: name }
  }
}

function subscriberOf({ cast }: Run | LiveRun, name: string, action: string): Actor {
  const actor = cast.get(name)
  if (actor.role === 'subscriber') return actor
  // RESP2 would allow a subscribed connection nothing else, so those who publish do not listen on it.
  throw new EventyardError('actor.role', { actor: name, role: actor.role, action, wanted: 'subscriber' })
}

/** For calls whose answer says no more than that they were carried out. */
function carryOut(apply: () => void): () => Record<string, never> {
  return () => {
    apply()
    return {}
  }
}

/** Throws `live.embedded` for a run on real servers. */
function embedded(run: Run | LiveRun, what: string): Run {
  if (run instanceof LiveRun) throw new EventyardError('live.embedded', { what })
  return run
}

function faultsOf(run: Run | LiveRun): StandingFaults {
  return run instanceof LiveRun ? localOf(run).faults : run.world.faults
}

/** Throws `live.local` where the servers are somebody's own, and not ours to break. */
function localOf({ deployment }: LiveRun): LocalControls {
  if (!deployment.local) throw new EventyardError('live.local')
  return deployment.local
}

function liveOf(run: Run | LiveRun): LiveRun {
  if (run instanceof LiveRun) return run
  throw new EventyardError('live.local')
}

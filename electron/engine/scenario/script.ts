/**
 * Plays a scenario's steps in a run's time, then checks its expectations. A step that cannot be carried out (an
 * actor that is not there any more, say) is a failed expectation: the script goes on.
 */
import { EventyardError, problemOf } from '../../../shared/errors'
import { evaluate, isTrue, namesIn, parseExpression, type Expression, type Value } from '../../../shared/expression'
import { expectationText, type Scenario, type Step } from '../../../shared/scenario/schema'
import { countEvent, createLedger, ledgerTypes, type Ledger } from '../../../shared/trace/ledger'
import type { Cancel } from '../../simulator/ports'
import type { Cast } from '../run/cast'
import { Producer } from '../actors/producer'
import type { Actor } from '../actors/actor'
import { ledgerValue } from './ledger-value'
import type { Stage } from './stage'
import { splitCommand } from './split-command'

export interface ExpectationResult {
  readonly expression: string
  readonly ok: boolean
  /** The values that the expression's names had: `lost(dan) = 6`. */
  readonly actual: string
}

/** How often a condition that waits is looked at. */
const POLL_US = 10_000

export class Script {
  readonly results: ExpectationResult[] = []
  private readonly ledger: Ledger = createLedger()
  private readonly stopCounting: Cancel
  private isOver = false

  constructor(
    private readonly scenario: Scenario,
    private readonly stage: Stage,
    private readonly cast: Cast,
    private readonly ended: () => void,
  ) {
    this.stopCounting = stage.trace.listen(ledgerTypes, (event) => countEvent(this.ledger, event))
  }

  get hasEnded(): boolean {
    return this.isOver
  }

  start(): void {
    for (const [name, spec] of Object.entries(this.scenario.actors)) this.cast.add(name, spec)
    this.schedule(0)
  }

  private schedule(index: number): void {
    const step = this.scenario.steps[index]
    if (!step) {
      this.end()
      return
    }
    const { clock } = this.stage
    // A step whose time has passed, because one before it waited, runs at once.
    const delayUs = step.at === undefined ? (step.after ?? 0) : step.at - clock.nowUs()
    clock.after(delayUs, () => this.play(step, index))
  }

  private play(step: Step, index: number): void {
    const started = this.stage.trace.append({ type: 'step.started', step: index + 1, text: step.say ?? '' })
    this.stage.trace.cause = started
    const done = () => {
      this.stage.trace.append({ type: 'step.ended', cause: started, step: index + 1 })
      this.schedule(index + 1)
    }
    try {
      this.act(step)
    } catch (error) {
      this.report({ expression: `step ${index + 1}`, ok: false, actual: problemOf(error) })
    }
    const condition = step.until ?? step.expect
    if (condition === undefined) done()
    else this.await(condition, step.within ?? 0, done)
  }

  /** Waits until a condition holds, at most `withinUs`, and reports how it went. */
  private await(condition: string, withinUs: number, done: () => void): void {
    const deadlineUs = this.stage.clock.nowUs() + withinUs
    const look = () => {
      this.check(condition, (result) => {
        const leftUs = deadlineUs - this.stage.clock.nowUs()
        if (result.ok || leftUs <= 0) {
          this.report(result)
          done()
        } else this.stage.clock.after(Math.min(POLL_US, leftUs), look)
      })
    }
    look()
  }

  private act(step: Step): void {
    const { cast } = this
    for (const name of cast.expand(step.start ?? [])) cast.start(name)
    for (const name of cast.expand(step.stop ?? [])) cast.get(name).stop()
    for (const name of cast.expand(step.connect ?? [])) cast.get(name).connect()
    for (const name of cast.expand(step.disconnect ?? [])) cast.get(name).disconnect()
    if (step.subscribe) {
      cast.get(step.subscribe.as).listen('channel', step.subscribe.channels)
      cast.get(step.subscribe.as).listen('pattern', step.subscribe.patterns)
    }
    if (step.unsubscribe) {
      cast.get(step.unsubscribe.as).unlisten('channel', step.unsubscribe.channels)
      cast.get(step.unsubscribe.as).unlisten('pattern', step.unsubscribe.patterns)
    }
    const { stage } = this
    if (step.fault) stage.applyFault(step.fault)
    if (step.heal) stage.healAll()
    stage.change(step)
    if (step.restart) stage.restart(step.restart)
    if (step.add) producerOf(cast.get(step.add.as)).add(step.add.message).catch(ignore)
    if (step.publish) cast.get(step.publish.as).publish(step.publish.channel, step.publish.message).catch(ignore)
    if (step.send !== undefined) cast.get(step.as!).send(splitCommand(step.send)).catch(ignore)
  }

  private end(): void {
    this.checkRest(Object.entries(this.scenario.expect).map(([key, value]) => expectationText(key, value)))
  }

  private checkRest([text, ...rest]: readonly string[]): void {
    if (text === undefined) this.finish()
    else {
      this.check(text, (result) => {
        this.report(result)
        this.checkRest(rest)
      })
    }
  }

  private finish(): void {
    const passed = this.results.filter(({ ok }) => ok).length
    this.stage.trace.append({ type: 'script.ended', passed, failed: this.results.length - passed })
    this.isOver = true
    this.stopCounting()
    this.stage.facts.stop()
    this.ended()
  }

  /** At once, or as soon as what is asked for is known. */
  private check(text: string, then: (result: ExpectationResult) => void): void {
    const expression = parseExpression(text)
    const { facts } = this.stage
    if (facts.prepare) facts.prepare(namesIn(expression), () => then(this.evaluate(text, expression)))
    else then(this.evaluate(text, expression))
  }

  private evaluate(text: string, expression: Expression): ExpectationResult {
    const unknowable = namesIn(expression).find(({ name }) => this.stage.facts.isUnknowable?.(name))
    if (unknowable) return { expression: text, ok: false, actual: `${unknowable.name} cannot be known on real servers` }
    const ok = isTrue(evaluate(expression, (name, argument) => this.valueOf(name, argument)))
    const actual = namesIn(expression)
      // What is no name is a word to compare with.
      .filter(({ name, argument }) => this.valueOf(name, argument) !== undefined)
      .map(
        ({ name, argument }) =>
          `${name}${argument === undefined ? '' : `(${argument})`} = ${this.valueOf(name, argument)}`,
      )
      .join(', ')
    return { expression: text, ok, actual }
  }

  private report(result: ExpectationResult): void {
    this.results.push(result)
    const { expression, ok, actual } = result
    this.stage.trace.append({ type: ok ? 'expectation.passed' : 'expectation.failed', expression, actual })
  }

  private valueOf(name: string, argument: string | undefined): Value | undefined {
    const { delivery } = this.stage
    if (name === 'connected' || name === 'listening') {
      const names = argument === undefined ? this.cast.names() : this.cast.expand([argument])
      if (name === 'connected') return names.filter((actor) => delivery.isConnected(actor)).length
      return names.reduce((sum, actor) => sum + delivery.subscriptionsOf(actor), 0)
    }
    return ledgerValue(this.ledger, name, argument) ?? this.stage.facts.valueOf(name, argument)
  }
}

function producerOf(actor: Actor): Producer {
  if (actor instanceof Producer) return actor
  throw new EventyardError('actor.role', { actor: actor.name, role: actor.role, action: 'add', wanted: 'producer' })
}

function ignore(): void {
  // An error reply is content: the trace shows it.
}

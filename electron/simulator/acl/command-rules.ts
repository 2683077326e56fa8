import { lower } from '../node/errors'
import { categories, commandsOf, knownCommands, type KnownCommand } from './known-commands'
import { ruleErrors, type RuleError } from './rule-errors'

/** The commands that a selector allows: the `+command`, `-@category` and so on of a rule list. */
export class CommandRules {
  /** Nothing needs to be looked up: all commands were allowed and none taken away since. */
  allowsAll = false
  /** Commands that are not known yet, as modules bring them, are allowed too. */
  private allowsFuture = false
  private readonly allowed = new Set<string>()
  /** Commands that are allowed with some first arguments only: `+select|0`. */
  private readonly firstArguments = new Map<string, string[]>()

  copy(): CommandRules {
    const copy = new CommandRules()
    copy.allowsAll = this.allowsAll
    copy.allowsFuture = this.allowsFuture
    for (const name of this.allowed) copy.allowed.add(name)
    for (const [name, list] of this.firstArguments) copy.firstArguments.set(name, [...list])
    return copy
  }

  setAll(isAllowed: boolean): void {
    this.allowsAll = isAllowed
    this.allowsFuture = isAllowed
    this.firstArguments.clear()
    this.allowed.clear()
    if (isAllowed) for (const name of knownCommands.keys()) this.allowed.add(name)
  }

  /** Applies a rule that begins with + or -. */
  apply(rule: string): RuleError | undefined {
    const isAllowed = rule.startsWith('+')
    const name = rule.slice(1)
    if (name.startsWith('@')) return this.setCategory(lower(name.slice(1)), isAllowed)
    const bar = name.lastIndexOf('|')
    return isAllowed && bar !== -1 ? this.allowPart(name, bar) : this.setNamed(name, isAllowed)
  }

  /** May a command run, whose arguments after its full name begin with `first`? */
  allows(fullName: string, first: string | undefined): boolean {
    if (this.allowsAll || this.allowed.has(fullName)) return true
    const list = this.firstArguments.get(fullName)
    return first !== undefined && list !== undefined && list.some((one) => lower(one) === lower(first))
  }

  /**
   * The rules as ACL LIST shows them. They are not those that were given: Redis keeps the set of commands alone, and
   * finds categories that come near it, the best first, and then the single commands that are still missing.
   */
  describe(): string {
    const isAdditive = !this.allowsFuture
    const found = new CommandRules()
    found.setAll(!isAdditive)
    const rest = this.copy()
    const rules = [isAdditive ? '-@all' : '+@all']
    const applied = new Set<string>()
    for (let best = bestCategory(rest, isAdditive, applied); best; best = bestCategory(rest, isAdditive, applied)) {
      rules.push(`${isAdditive ? '+' : '-'}@${best}`)
      found.setCategory(best, isAdditive)
      rest.setCategory(best, !isAdditive)
      applied.add(best)
    }
    for (const command of knownCommands.values()) {
      const isAllowed = this.allowed.has(command.fullName)
      if (isAllowed !== found.allowed.has(command.fullName)) {
        rules.push(`${isAllowed ? '+' : '-'}${command.fullName}`)
        found.set(command, isAllowed)
      }
      if (isAllowed) continue
      for (const first of this.firstArguments.get(command.fullName) ?? []) rules.push(`+${command.fullName}|${first}`)
    }
    return rules.join(' ')
  }

  /** How many commands of a category are allowed, and how many are not. */
  countIn(category: string): { readonly on: number; readonly off: number } {
    const commands = commandsOf(category)!
    const on = commands.filter(({ fullName }) => this.allowed.has(fullName)).length
    return { on, off: commands.length - on }
  }

  private setCategory(category: string, isAllowed: boolean): RuleError | undefined {
    const commands = commandsOf(category)
    if (!commands) return ruleErrors.unknown
    for (const command of commands) this.set(command, isAllowed)
    return undefined
  }

  private setNamed(name: string, isAllowed: boolean): RuleError | undefined {
    const command = knownCommands.get(lower(name))
    if (!command) return ruleErrors.unknown
    this.set(command, isAllowed)
    return undefined
  }

  /** `+config|get` names a sub-command, `+select|0` a command with a first argument. */
  private allowPart(name: string, bar: number): RuleError | undefined {
    const whole = knownCommands.get(lower(name.slice(0, bar)))
    const part = name.slice(bar + 1)
    if (!whole) return ruleErrors.unknown
    if (whole.parent !== undefined) return ruleErrors.firstArgument
    if (part === '') return ruleErrors.syntax
    if (whole.subcommands) return this.setNamed(name, true)
    const list = this.firstArguments.get(whole.fullName)
    if (!list) this.firstArguments.set(whole.fullName, [part])
    else if (!list.some((one) => lower(one) === lower(part))) list.push(part)
    return undefined
  }

  /** What is said of a container is said of all its sub-commands. */
  private set({ fullName, subcommands }: KnownCommand, isAllowed: boolean): void {
    for (const name of [fullName, ...(subcommands ?? [])]) {
      this.firstArguments.delete(name)
      if (isAllowed) this.allowed.add(name)
      else this.allowed.delete(name)
    }
    if (!isAllowed) this.allowsAll = false
  }
}

/** The category that says most of what is left to say: more right than wrong, as little wrong as can be. */
function bestCategory(rest: CommandRules, isAdditive: boolean, applied: ReadonlySet<string>): string | undefined {
  let best: string | undefined
  let leastWrong = Infinity
  let mostRight = 0
  for (const category of categories) {
    if (applied.has(category)) continue
    const { on, off } = rest.countIn(category)
    const [right, wrong] = isAdditive ? [on, off] : [off, on]
    if (right <= wrong || wrong > leastWrong || (wrong === leastWrong && right <= mostRight)) continue
    best = category
    leastWrong = wrong
    mostRight = right
  }
  return best
}

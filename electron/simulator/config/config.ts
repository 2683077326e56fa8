import { checkValue } from './check-value'
import type { Parameter } from './parameter'
import { parameters } from './parameters'

/** The configuration of one node: every parameter of Redis 7.0.15 by its name, as CONFIG GET shows it. */
export class Config {
  /** By name and by alias. */
  readonly parameters: ReadonlyMap<string, Parameter> = byName
  private readonly values = new Map<string, string>()
  private readonly appliers = new Map<string, (value: string) => string | undefined>()
  private readonly listeners = new Map<string, ((value: string) => void)[]>()

  constructor(overrides: Readonly<Record<string, string>> = {}) {
    for (const parameter of parameters) this.values.set(parameter.name, parameter.initial)
    for (const [name, value] of Object.entries(overrides)) {
      const parameter = byName.get(name)
      if (!parameter) throw new Error(`there is no parameter ${name}`)
      const checked = checkValue(parameter, value, parameter.initial)
      if ('refusal' in checked) throw new Error(`parameter ${name}: ${checked.refusal}`)
      this.values.set(parameter.name, checked.value)
    }
  }

  get(name: string): string {
    return this.values.get(byName.get(name)?.name ?? name) ?? ''
  }

  /** The value as CONFIG GET shows it. */
  shown(parameter: Parameter): string {
    const value = this.get(parameter.name)
    return parameter.kind === 'checked' && parameter.show ? parameter.show(value) : value
  }

  number(name: string): number {
    return Number(this.get(name))
  }

  isOn(name: string): boolean {
    return this.get(name) === 'yes'
  }

  /** Stores a value that was checked. Gives why it cannot be had, and then keeps the old one. */
  put(parameter: Parameter, value: string): string | undefined {
    const { name } = parameter
    const old = this.get(name)
    this.values.set(name, value)
    for (const listener of this.listeners.get(name) ?? []) listener(value)
    const refusal = old === value ? undefined : this.appliers.get(name)?.(value)
    if (refusal !== undefined) this.values.set(name, old)
    return refusal
  }

  /** Calls back when the parameter is set to another value, which the callback may refuse. */
  apply(name: string, applier: (value: string) => string | undefined): void {
    this.appliers.set(name, applier)
  }

  /** Calls back now and whenever the parameter is set. */
  follow(name: string, listener: (value: string) => void): void {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener])
    listener(this.get(name))
  }
}

/** A parameter by its name or alias. */
export function parameterNamed(name: string): Parameter | undefined {
  return byName.get(name)
}

const byName = new Map<string, Parameter>()
for (const parameter of parameters) {
  byName.set(parameter.name, parameter)
  if (parameter.alias !== undefined) byName.set(parameter.alias, parameter)
}

import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { Bytes } from '../../../shared/bytes'
import { lower } from '../node/errors'
import { splitArguments } from '../../../shared/split-arguments'
import { ruleErrors, type RuleError } from './rule-errors'
import { Selector } from './selector'

/** Who a client may be. Its clients keep hold of it, so that new rules apply to them at once. */
export class User {
  isEnabled = false
  needsNoPassword = false
  /** What RESTORE is to do with payloads; nothing was said as long as it is undefined. */
  private sanitizes: boolean | undefined
  private hashes: string[] = []
  private root: Selector
  private others: Selector[] = []
  /** Everything is allowed, so that dispatch need not look any further. */
  isUnrestricted = false

  constructor(
    readonly name: Bytes,
    private readonly defaultAllChannels: () => boolean,
  ) {
    this.root = new Selector(defaultAllChannels())
  }

  copy(): User {
    const copy = new User(this.name, this.defaultAllChannels)
    copy.become(this)
    return copy
  }

  /** Takes over all that another user may do. */
  become(other: User): void {
    this.isEnabled = other.isEnabled
    this.needsNoPassword = other.needsNoPassword
    this.sanitizes = other.sanitizes
    this.hashes = [...other.hashes]
    this.root = other.root.copy()
    this.others = other.others.map((selector) => selector.copy())
    this.isUnrestricted = this.selectors.some((selector) => selector.isUnrestricted)
  }

  get selectors(): readonly Selector[] {
    return [this.root, ...this.others]
  }

  get passwords(): readonly string[] {
    return this.hashes
  }

  get flags(): readonly string[] {
    return [
      this.isEnabled ? 'on' : 'off',
      ...(this.needsNoPassword ? ['nopass'] : []),
      ...(this.sanitizes === undefined ? [] : [this.sanitizes ? 'sanitize-payload' : 'skip-sanitize-payload']),
    ]
  }

  accepts(password: Bytes): boolean {
    return this.isEnabled && (this.needsNoPassword || this.hashes.includes(hashOf(password)))
  }

  apply(rule: Bytes): RuleError | undefined {
    const refusal = this.applyOne(rule)
    this.isUnrestricted = this.selectors.some((selector) => selector.isUnrestricted)
    return refusal
  }

  /** As ACL LIST shows it. */
  describe(): string {
    const passwords = this.hashes.map((hash) => `#${hash}`)
    const others = this.others.map((selector) => `(${selector.describe()})`)
    return ['user', this.name, ...this.flags, ...passwords, this.root.describe(), ...others].join(' ')
  }

  private applyOne(rule: Bytes): RuleError | undefined {
    switch (lower(rule)) {
      case '':
        return undefined
      case 'on':
      case 'off':
        this.isEnabled = lower(rule) === 'on'
        return undefined
      case 'nopass':
      case 'resetpass':
        this.needsNoPassword = lower(rule) === 'nopass'
        this.hashes = []
        return undefined
      case 'sanitize-payload':
      case 'skip-sanitize-payload':
        this.sanitizes = lower(rule) === 'sanitize-payload'
        return undefined
      case 'clearselectors':
        this.others = []
        return undefined
      case 'reset':
        return this.reset()
    }
    if ('>#<!'.includes(rule[0]!)) return this.changePassword(rule)
    if (rule.startsWith('(') && rule.endsWith(')')) return this.addSelector(rule.slice(1, -1))
    return this.root.apply(rule)
  }

  private reset(): undefined {
    this.isEnabled = false
    this.needsNoPassword = false
    this.sanitizes = true
    this.hashes = []
    this.root = new Selector(this.defaultAllChannels())
    this.others = []
  }

  /** `>secret` and `#hash` add a password, `<secret` and `!hash` take one away. */
  private changePassword(rule: Bytes): RuleError | undefined {
    const text = rule.slice(1) as Bytes
    const isHashed = rule.startsWith('#') || rule.startsWith('!')
    if (isHashed && !/^[0-9a-f]{64}$/.test(text)) return ruleErrors.badHash
    const hash = isHashed ? text : hashOf(text)
    const at = this.hashes.indexOf(hash)
    if (rule.startsWith('>') || rule.startsWith('#')) {
      if (at === -1) this.hashes.push(hash)
      this.needsNoPassword = false
    } else {
      if (at === -1) return ruleErrors.noSuchPassword
      this.hashes.splice(at, 1)
    }
    return undefined
  }

  private addSelector(rules: string): RuleError | undefined {
    const selector = new Selector(this.defaultAllChannels())
    for (const rule of splitArguments(rules) ?? []) {
      const refusal = selector.apply(rule as Bytes)
      if (refusal !== undefined) return refusal
    }
    this.others.push(selector)
    return undefined
  }
}

function hashOf(password: Bytes): string {
  return createHash('sha256').update(Buffer.from(password, 'latin1')).digest('hex')
}

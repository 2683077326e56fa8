import type { Bytes } from '../../../shared/bytes'
import { globMatches } from '../../../shared/glob'
import { lower } from '../node/errors'
import { CommandRules } from './command-rules'
import { ruleErrors, type RuleError } from './rule-errors'

interface KeyPattern {
  readonly pattern: Bytes
  mayRead: boolean
  mayWrite: boolean
}

/** What a command does to a key, as far as permissions go. EXISTS neither reads nor writes. */
export interface KeyUse {
  readonly reads: boolean
  readonly writes: boolean
}

/** A set of permissions: a command has to pass one selector of its user as a whole. */
export class Selector {
  commands = new CommandRules()
  allKeys = false
  private keys: KeyPattern[] = []
  private ownChannels: Bytes[] = []

  constructor(public allChannels: boolean) {}

  copy(): Selector {
    const copy = new Selector(this.allChannels)
    copy.commands = this.commands.copy()
    copy.allKeys = this.allKeys
    copy.keys = this.keys.map((key) => ({ ...key }))
    copy.ownChannels = [...this.ownChannels]
    return copy
  }

  get channels(): readonly Bytes[] {
    return this.ownChannels
  }

  get isUnrestricted(): boolean {
    return this.commands.allowsAll && this.allKeys && this.allChannels
  }

  apply(rule: Bytes): RuleError | undefined {
    switch (lower(rule)) {
      case 'allkeys':
      case '~*':
        return this.setKeys(true)
      case 'resetkeys':
        return this.setKeys(false)
      case 'allchannels':
      case '&*':
        return this.setChannels(true)
      case 'resetchannels':
        return this.setChannels(false)
      case 'allcommands':
      case '+@all':
        return void this.commands.setAll(true)
      case 'nocommands':
      case '-@all':
        return void this.commands.setAll(false)
    }
    switch (rule[0]) {
      case '~':
      case '%':
        return this.addKeys(rule)
      case '&':
        return this.addChannel(rule.slice(1) as Bytes)
      case '+':
      case '-':
        return this.commands.apply(rule)
      default:
        return ruleErrors.syntax
    }
  }

  allowsKey(key: Bytes, { reads, writes }: KeyUse): boolean {
    return (
      this.allKeys ||
      this.keys.some(
        ({ pattern, mayRead, mayWrite }) => (!reads || mayRead) && (!writes || mayWrite) && globMatches(pattern, key),
      )
    )
  }

  allowsChannel(channel: Bytes, isPattern: boolean): boolean {
    return this.allChannels || isAmongChannels(this.ownChannels, channel, isPattern)
  }

  describeKeys(): string {
    if (this.allKeys) return '~*'
    return this.keys
      .map(({ pattern, mayRead, mayWrite }) => {
        const kind = mayRead && mayWrite ? '' : mayRead ? '%R' : '%W'
        return `${kind}~${pattern}`
      })
      .join(' ')
  }

  describeChannels(): string {
    return this.allChannels ? '&*' : this.ownChannels.map((channel) => `&${channel}`).join(' ')
  }

  /** As ACL LIST shows it. A user without all channels is told so, whatever `acl-pubsub-default` will be then. */
  describe(): string {
    const channels = this.allChannels ? '&*' : `resetchannels ${this.describeChannels()}`
    return [this.describeKeys(), channels.trimEnd(), this.commands.describe()].filter(Boolean).join(' ')
  }

  private setKeys(all: boolean): undefined {
    this.allKeys = all
    this.keys = []
  }

  private setChannels(all: boolean): undefined {
    this.allChannels = all
    this.ownChannels = []
  }

  /** `~pattern`, or `%R~pattern`, `%W~pattern`, `%RW~pattern`; the tilde behind the letters may even be missing. */
  private addKeys(rule: Bytes): RuleError | undefined {
    if (this.allKeys) return ruleErrors.keysAlready
    const [, letters, text] = /^(?:~|%(R|W|RW|WR)(?:~|$))(.*)$/is.exec(rule) ?? []
    if (text === undefined || hasBlanks(text)) return ruleErrors.syntax
    const mayRead = letters === undefined || /r/i.test(letters)
    const mayWrite = letters === undefined || /w/i.test(letters)
    const known = this.keys.find(({ pattern }) => pattern === text)
    if (!known) this.keys.push({ pattern: text as Bytes, mayRead, mayWrite })
    else {
      known.mayRead ||= mayRead
      known.mayWrite ||= mayWrite
    }
    return undefined
  }

  private addChannel(channel: Bytes): RuleError | undefined {
    if (this.allChannels) return ruleErrors.channelsAlready
    if (hasBlanks(channel)) return ruleErrors.syntax
    if (!this.ownChannels.includes(channel)) this.ownChannels.push(channel)
    return undefined
  }
}

/** A pattern that somebody subscribes to has to be there word for word: it might match more than what is allowed. */
export function isAmongChannels(allowed: readonly Bytes[], channel: Bytes, isPattern: boolean): boolean {
  return allowed.some((pattern) => (isPattern ? pattern === channel : globMatches(pattern, channel)))
}

export function hasBlanks(text: string): boolean {
  return /[ \t\n\v\f\r\0]/.test(text)
}

import type { Bytes } from '../../../shared/bytes'
import type { Client } from '../node/client'
import type { RedisNode } from '../node/redis-node'
import { AclLog } from './acl-log'
import type { RuleError } from './rule-errors'
import { isAmongChannels } from './selector'
import { User } from './user'

const DEFAULT = 'default' as Bytes

/** The users of one node, and who its clients are. */
export class Acl {
  readonly log: AclLog
  readonly defaultUser: User
  private readonly byName = new Map<Bytes, User>()
  private password = ''

  constructor(private readonly node: RedisNode) {
    this.log = new AclLog(node)
    this.defaultUser = this.newUser(DEFAULT)
    for (const rule of ['+@all', '~*', '&*', 'on', 'nopass']) this.defaultUser.apply(rule as Bytes)
    this.byName.set(DEFAULT, this.defaultUser)
    node.config.follow('requirepass', (text) => this.setPassword(text as Bytes))
  }

  /** In the order of their names, byte by byte. */
  get users(): readonly User[] {
    return [...this.byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Clients need not log in. */
  get isOpen(): boolean {
    return this.defaultUser.needsNoPassword && this.defaultUser.isEnabled
  }

  find(name: Bytes): User | undefined {
    return this.byName.get(name)
  }

  /** Makes a client what it is without a login. */
  greet(client: Client): void {
    client.user = this.defaultUser
    client.isAuthenticated = this.isOpen
    client.decoder.isAuthenticated = client.isAuthenticated
  }

  /** `command` is the word by which the client tried to log in, for the log. */
  authenticate(client: Client, command: Bytes, name: Bytes, password: Bytes): boolean {
    const user = this.find(name)
    if (!user?.accepts(password)) {
      this.log.note(client, 'auth', command, name)
      return false
    }
    client.user = user
    client.isAuthenticated = true
    client.decoder.isAuthenticated = true
    return true
  }

  /** Applies all rules or none. Gives the rule that is wrong, and why. */
  setUser(name: Bytes, rules: readonly Bytes[]): { readonly rule: Bytes; readonly refusal: RuleError } | undefined {
    const known = this.find(name)
    const draft = known?.copy() ?? this.newUser(name)
    for (const rule of rules) {
      const refusal = draft.apply(rule)
      if (refusal !== undefined) return { rule, refusal }
    }
    if (known) {
      this.closeSubscribers(known, draft)
      known.become(draft)
      this.updateDecoders()
    } else {
      this.byName.set(name, draft)
    }
    return undefined
  }

  /** Closes the user's clients, too. Gives false when there is no such user. */
  deleteUser(name: Bytes): boolean {
    const user = this.find(name)
    if (!user) return false
    this.byName.delete(name)
    for (const client of [...this.node.clients.values()]) if (client.user === user) this.close(client)
    return true
  }

  private newUser(name: Bytes): User {
    return new User(name, () => this.node.config.get('acl-pubsub-default') === 'allchannels')
  }

  /** `requirepass` is another way to give the default user a password, and asks nobody who is logged in to do so again. */
  private setPassword(password: Bytes): void {
    if (password === this.password) return
    this.password = password
    this.defaultUser.apply('resetpass' as Bytes)
    this.defaultUser.apply((password === '' ? 'nopass' : `>${password}`) as Bytes)
    this.updateDecoders()
  }

  /** Who is not logged in may send small requests only. */
  private updateDecoders(): void {
    for (const client of this.node.clients.values()) {
      client.decoder.isAuthenticated = client.isAuthenticated || this.isOpen
    }
  }

  /** Whoever listens to what the user may no longer hear is cut off. */
  private closeSubscribers(user: User, draft: User): void {
    if (draft.selectors.some(({ allChannels }) => allChannels)) return
    const allowed = draft.selectors.flatMap(({ channels }) => channels)
    for (const client of [...this.node.clients.values()]) {
      if (client.user !== user || !client.isSubscriber) continue
      const hearsForbidden =
        [...client.patterns].some((pattern) => !isAmongChannels(allowed, pattern, true)) ||
        [...client.channels, ...client.shardChannels].some((channel) => !isAmongChannels(allowed, channel, false))
      if (hearsForbidden) this.close(client)
    }
  }

  /** The client that runs the command still gets its reply. */
  private close(client: Client): void {
    this.greet(client)
    client.isAuthenticated = false
    if (client === this.node.current) client.isCondemned = true
    else this.node.kill(client, 'permissions changed')
  }
}

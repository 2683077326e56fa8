/**
 * The file that a node was started with: redis.conf, or sentinel.conf. It is made from what the node is first given,
 * and read again whenever the node is started on the same disk, so that what CONFIG REWRITE wrote outlives a restart.
 */
import type { Bytes } from '../../../shared/bytes'
import { TextFile } from '../disk/text-file'
import { lower } from '../node/errors'
import type { RedisNode } from '../node/redis-node'
import type { Disk } from '../ports'
import { parameterNamed } from './config'
import { putParameter } from './config-lines'
import { ConfigText, readLines } from './config-text'

/** What a configuration file says, by the kinds of its lines. */
export interface Directives {
  readonly parameters: Readonly<Record<string, string>>
  /** `user name rule ...` without the first word. */
  readonly users: readonly (readonly string[])[]
  /** `sentinel ...` without the first word. */
  readonly sentinel: readonly (readonly string[])[]
}

/** Parameters that may have several lines, whose values add up. */
const REPEATED = new Set(['save', 'client-output-buffer-limit'])

export class ConfigFile {
  /** Where a person finds it. */
  readonly path: string
  private readonly file: TextFile

  constructor(
    disk: Disk,
    name: string,
    /** What stands in it unless it is on the disk already. */
    initial: () => string,
  ) {
    this.path = disk.pathOf(name)
    this.file = new TextFile(disk, name)
    if (this.file.read() === undefined) this.file.write(initial())
  }

  /** Throws where Redis would not start. */
  read(): Directives {
    const parameters: Record<string, string> = {}
    const users: string[][] = []
    const sentinel: string[][] = []
    for (const [word, ...rest] of readLines(this.file.read() ?? '')) {
      const name = lower(word!)
      if (name === 'user') users.push(rest)
      else if (name === 'sentinel') sentinel.push(rest)
      else {
        const known = parameterNamed(name)?.name
        if (known === undefined) throw new Error(`there is no parameter ${name}`)
        const value = rest.join(' ')
        const before = REPEATED.has(known) ? parameters[known] : undefined
        parameters[known] = !before || value === '' ? value : `${before} ${value}`
      }
    }
    return { parameters, users, sentinel }
  }

  /** CONFIG REWRITE. Throws DiskError. */
  rewrite(node: RedisNode): void {
    const text = new ConfigText(this.file.read() ?? '')
    rewriteNode(text, node)
    this.file.write(text.toString())
  }
}

/** The file that says what a node was given. */
export function initialText(parameters: Readonly<Record<string, string>>, sentinel: readonly string[]): string {
  const lines = Object.entries(parameters).flatMap(([name, value]) =>
    name === 'save' ? saveLines(value) : [`${name} ${wordsOf(value)}`],
  )
  return [...lines, ...sentinel.map((line) => `sentinel ${line}`), ''].join('\n')
}

/** Values are words where Redis takes several, so only what would not come back as it is gets quotes. */
function wordsOf(value: string): string {
  return /^[\x21\x23-\x26\x28-\x7e][\x20\x21\x23-\x26\x28-\x7e]*$/.test(value) && !value.endsWith(' ')
    ? value
    : `"${value.replace(/["\\]/g, '\\$&')}"`
}

function saveLines(value: string): string[] {
  if (value === '') return ['save ""']
  const words = value.split(' ')
  return words.flatMap((seconds, at) => (at % 2 === 0 ? [`save ${seconds} ${words[at + 1]}`] : []))
}

function rewriteNode(text: ConfigText, node: RedisNode): void {
  const { config, replication } = node
  for (const parameter of new Set(config.parameters.values())) putParameter(text, parameter, config.get(parameter.name))
  // Save points that nobody set are shown by CONFIG GET, but do not count here: written, they would from then on.
  if (node.rdb.isConfigured) for (const line of saveLines(config.get('save'))) text.put('save', line)
  text.drop('save')
  const { primary } = replication
  if (primary && !node.cluster) text.put('replicaof', `replicaof ${primary.host} ${primary.port}`)
  text.drop('replicaof')
  for (const user of node.acl.users) text.put('user', user.describe())
  text.drop('user')
  node.sentinel?.writeConfig(text)
}

/** Makes the users that the file names. Throws where Redis would not start. */
export function loadUsers(node: RedisNode, users: Directives['users']): void {
  for (const [name, ...rules] of users) {
    const refused = node.acl.setUser(name as Bytes, ['reset', ...rules] as Bytes[])
    if (refused) throw new Error(`user ${name}: ${refused.rule} is no rule`)
  }
}

import type { Bytes } from '../../../shared/bytes'
import { error, type Reply } from '../resp/reply'
import type { Lua } from './lua'
import { REGISTRY } from './lua-exports'
import { sha1 } from './redis-library'

/** A script that was compiled. */
export interface CachedScript {
  readonly sha: string
  readonly body: Bytes
  /** Its function, in Lua's registry. */
  readonly reference: number
  /** What its first line says; undefined without such a line, when Redis 6's rules hold. */
  readonly flags: ReadonlySet<string> | undefined
}

const FLAGS = new Set(['no-writes', 'allow-oom', 'allow-stale', 'no-cluster', 'allow-cross-slot-keys'])

/** Redis's own estimate of what a script takes beside its text. */
const OVERHEAD_BYTES = 112

/** The scripts that a node knows, by their SHA1. They stay until SCRIPT FLUSH. */
export class ScriptCache {
  private readonly bySha = new Map<string, CachedScript>()
  /** Saves the SHA1 of a script that comes again and again with its whole text. */
  private readonly byBody = new Map<string, CachedScript>()
  bytes = 0

  get size(): number {
    return this.bySha.size
  }

  /** SHA1s are the same in upper and lower case. */
  find(sha: string): CachedScript | undefined {
    return this.bySha.get(sha) ?? this.bySha.get(sha.toLowerCase())
  }

  findBody(body: Bytes): CachedScript | undefined {
    return this.byBody.get(body)
  }

  /** Compiles a script, or says what is wrong with it. */
  add(lua: Lua, body: Bytes): CachedScript | Reply {
    const head = readShebang(body)
    if ('kind' in head) return head
    const L = lua.main
    if (!lua.load(L, body.slice(head.length), '@user_script')) {
      const why = lua.read(L, -1)!
      lua.pop(L)
      return error(`ERR Error compiling script (new function): ${why}`)
    }
    const script = { sha: sha1(body), body, reference: lua.c.luaL_ref(L, REGISTRY), flags: head.flags }
    this.bySha.set(script.sha, script)
    this.byBody.set(body, script)
    this.bytes += body.length + OVERHEAD_BYTES
    return script
  }
}

interface Shebang {
  /** The line without its end, so that lines keep their numbers. */
  readonly length: number
  readonly flags: ReadonlySet<string> | undefined
}

function readShebang(body: string): Shebang | Reply {
  if (!body.startsWith('#!')) return { length: 0, flags: undefined }
  const length = body.indexOf('\n')
  if (length === -1) return error('ERR Invalid script shebang')
  const [engine, ...options] = body.slice(0, length).split(' ')
  if (engine !== '#!lua') return error(`ERR Unexpected engine in script shebang: ${engine!}`)
  const flags = new Set<string>()
  for (const option of options.filter(Boolean)) {
    if (!option.startsWith('flags=')) return error(`ERR Unknown lua shebang option: ${option}`)
    const names = option.slice('flags='.length)
    for (const flag of names === '' ? [] : names.split(',')) {
      if (!FLAGS.has(flag)) return error(`ERR Unexpected flag in script shebang: ${flag}`)
      flags.add(flag)
    }
  }
  return { length, flags }
}

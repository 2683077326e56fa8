/** SENTINEL SET for what is said of one primary, CONFIG for the Sentinel itself, DEBUG for its periods. */
import type { Bytes } from '../../../shared/bytes'
import { globMatches } from '../../../shared/glob'
import { secretPlaces } from '../../../shared/secrets'
import type { Handler } from '../node/command-spec'
import { cString, lower } from '../node/errors'
import { bulk, error, map, ok, type Reply } from '../resp/reply'
import { setDownAfter } from '../sentinel/directives'
import type { Instance } from '../sentinel/instance'
import type { Sentinel } from '../sentinel/sentinel'
import { timingNames } from '../sentinel/timing'
import { flushed } from './sentinel-actions'
import { integerOf, noSuchPrimary, primaryNamed } from './sentinel-views'

const scriptsDenied = error(
  'ERR Reconfiguration of scripts path is denied for security reasons. Check the deny-scripts-reconfig configuration directive in your Sentinel configuration',
)

/** Options of one value. Each says whether it takes it. */
const options: Readonly<Record<string, (primary: Instance, value: Bytes) => boolean>> = {
  'down-after-milliseconds': (primary, value) => takeNumber(value, 1, (ms) => setDownAfter(primary, ms)),
  'failover-timeout': (primary, value) => takeNumber(value, 1, (ms) => (primary.failoverTimeoutMs = ms)),
  'parallel-syncs': (primary, value) => takeNumber(value, 1, (count) => (primary.parallelSyncs = count)),
  quorum: (primary, value) => takeNumber(value, 1, (quorum) => (primary.quorum = quorum)),
  'master-reboot-down-after-period': (primary, value) => takeNumber(value, 0, (ms) => (primary.rebootDownAfterMs = ms)),
  'auth-pass': (primary, value) => {
    primary.authPassword = value
    return true
  },
  'auth-user': (primary, value) => {
    primary.authUser = value
    return true
  },
}

function takeNumber(text: Bytes, min: number, set: (value: number) => void): boolean {
  const value = integerOf(text)
  if (value === undefined || value < min) return false
  set(value)
  return true
}

/** Options before one that is wrong stay set. */
export const set: Handler = ({ node, client, argv }) => {
  const sentinel = node.sentinel!
  const primary = primaryNamed(node, argv[2]!)
  if (!primary) return noSuchPrimary
  client.secrets = secretPlaces(argv)
  let at = 3
  while (at < argv.length) {
    const name = argv[at]!
    const option = lower(name)
    const left = argv.length - 1 - at
    const value = argv[at + 1]
    if ((option === 'notification-script' || option === 'client-reconfig-script') && left > 0) {
      if (sentinel.deniesScripts) return scriptsDenied
      return invalidOption(sentinel, at > 3, value!, name)
    }
    if (option === 'rename-command' && left > 1) {
      const to = argv[at + 2]!
      if (value === '' || to === '') return invalidOption(sentinel, at > 3, value === '' ? value : to, name)
      primary.renamedCommands.delete(lower(value!))
      if (lower(value!) !== lower(to)) primary.renamedCommands.set(lower(value!), [value!, to])
      sentinel.tell('+set', primary, ` ${name} ${value} ${to}`)
      at += 3
      continue
    }
    const take = Object.hasOwn(options, option) ? options[option] : undefined
    if (!take || left === 0) {
      return error(`ERR Unknown option or number of arguments for SENTINEL SET '${cString(name)}'`)
    }
    if (!take(primary, value!)) return invalidOption(sentinel, at > 3, value!, name)
    sentinel.tell('+set', primary, ` ${name} ${option === 'auth-pass' ? '******' : value}`)
    at += 2
  }
  return flushed(node)
}

function invalidOption(sentinel: Sentinel, hasChanged: boolean, value: Bytes, option: Bytes): Reply {
  if (hasChanged) sentinel.flush()
  return error(`ERR Invalid argument '${cString(value)}' for SENTINEL SET '${cString(option)}'`)
}

interface GlobalSetting {
  readonly get: (sentinel: Sentinel) => string
  /** Says whether it takes the value. */
  readonly set: (sentinel: Sentinel, value: Bytes) => boolean
}

function yesOrNo(value: Bytes, change: (isOn: boolean) => void): boolean {
  const word = lower(value)
  if (word !== 'yes' && word !== 'no') return false
  change(word === 'yes')
  return true
}

const globals: Readonly<Record<string, GlobalSetting>> = {
  'resolve-hostnames': {
    get: ({ resolvesHostnames }) => (resolvesHostnames ? 'yes' : 'no'),
    set: (sentinel, value) => yesOrNo(value, (isOn) => (sentinel.resolvesHostnames = isOn)),
  },
  'announce-hostnames': {
    get: ({ announcesHostnames }) => (announcesHostnames ? 'yes' : 'no'),
    set: (sentinel, value) => yesOrNo(value, (isOn) => (sentinel.announcesHostnames = isOn)),
  },
  'announce-ip': {
    get: ({ announceIp }) => announceIp,
    set: (sentinel, value) => {
      sentinel.announceIp = value
      return true
    },
  },
  'announce-port': {
    get: ({ announcePort }) => String(announcePort),
    set: (sentinel, value) => {
      const port = integerOf(value)
      if (port === undefined || port < 0 || port > 65_535) return false
      sentinel.announcePort = port
      return true
    },
  },
  'sentinel-user': {
    get: ({ user }) => user,
    set: (sentinel, value) => {
      sentinel.user = value
      reconnectToSentinels(sentinel)
      return true
    },
  },
  'sentinel-pass': {
    get: ({ password }) => password,
    set: (sentinel, value) => {
      sentinel.password = value
      reconnectToSentinels(sentinel)
      return true
    },
  },
}

/** They are to log in anew. */
function reconnectToSentinels({ primaries }: Sentinel): void {
  for (const primary of primaries.values()) for (const other of primary.sentinels.values()) other.link.close()
}

const configSyntax = error('ERR Only SENTINEL CONFIG GET <option> / SET <option> <value> are supported.')

export const config: Handler = ({ node, client, argv }) => {
  const sentinel = node.sentinel!
  const action = lower(argv[2]!)
  if (action === 'get' && argv.length === 4) {
    const shown = Object.entries(globals).filter(([name]) => globMatches(argv[3]!, name as Bytes, true))
    return map(shown.flatMap(([name, { get }]) => [bulk(name), bulk(get(sentinel))]))
  }
  if (action !== 'set' || argv.length !== 5) return configSyntax
  const [, , , name, value] = argv
  client.secrets = secretPlaces(argv)
  const setting = Object.hasOwn(globals, lower(name!)) ? globals[lower(name!)] : undefined
  if (!setting) return error(`ERR Invalid argument '${cString(name!)}' to SENTINEL CONFIG SET`)
  if (!setting.set(sentinel, value!)) {
    return error(`ERR Invalid value '${cString(value!)}' to SENTINEL CONFIG SET '${cString(name!)}'`)
  }
  return flushed(node)
}

export const debug: Handler = ({ node, argv }) => {
  const { timing } = node.sentinel!
  if (argv.length === 2) {
    return map(timingNames.flatMap(([name, field]) => [bulk(name), bulk(String(timing[field]))]))
  }
  for (let at = 2; at < argv.length; at += 2) {
    const [name, value] = [argv[at]!, argv[at + 1]]
    const found = timingNames.find(([known]) => lower(known) === lower(name))
    if (!found || value === undefined) {
      return error(`ERR Unknown option or number of arguments for SENTINEL DEBUG '${cString(name)}'`)
    }
    const ms = integerOf(value)
    if (ms === undefined || ms <= 0) {
      return error(`ERR Invalid argument '${cString(value)}' for SENTINEL DEBUG '${cString(name)}'`)
    }
    timing[found[1]] = ms
  }
  return ok
}

import type { Bytes } from '../../../shared/bytes'
import { checkValue } from '../config/check-value'
import type { Parameter } from '../config/parameter'
import { noKeys, type CommandSpec, type Handler } from '../node/command-spec'
import { cString, errors, lower } from '../node/errors'
import type { RedisNode } from '../node/redis-node'
import { DiskError } from '../ports'
import { secretPlaces } from '../../../shared/secrets'
import { globMatches } from '../../../shared/glob'
import { bulk, error, map, ok, type Reply } from '../resp/reply'
import { helpCommand } from './help'

const configGet: Handler = ({ node, argv }) => {
  const found = new Map<string, { readonly shown: string; readonly parameter: Parameter }>()
  for (const pattern of argv.slice(2)) {
    if (!/[[*?]/.test(pattern)) {
      // A whole name is given back as it was spelt.
      const parameter = node.config.parameters.get(lower(pattern))
      if (parameter && !found.has(lower(pattern))) found.set(lower(pattern), { shown: pattern, parameter })
      continue
    }
    for (const [name, parameter] of node.config.parameters) {
      if (!found.has(name) && globMatches(pattern, name, true)) found.set(name, { shown: name, parameter })
    }
  }
  const fields = [...found.values()]
  return map(fields.flatMap(({ shown, parameter }) => [bulk(shown), bulk(node.config.shown(parameter))]))
}

/** All parameters are set or none: each is checked first, and an unknown name beats any other complaint. */
const configSet: Handler = ({ node, client, argv }) => {
  client.secrets = secretPlaces(argv)
  if (argv.length % 2 !== 0) return errors.syntax
  const wanted: { name: Bytes; parameter: Parameter; value: Bytes }[] = []
  let refusal: Reply | undefined
  for (let at = 2; at < argv.length; at += 2) {
    const name = argv[at]!
    const parameter = node.config.parameters.get(lower(name))
    if (!parameter) {
      if (refusal) return refusal
      return error(`ERR Unknown option or number of arguments for CONFIG SET - '${cString(name)}'`)
    }
    if (refusal) continue
    if (wanted.some((other) => lower(other.name) === lower(name))) refusal = refuse(name, 'duplicate parameter')
    else if (parameter.access && !mayChange(node, parameter)) {
      refusal = refuse(name, `can't set ${parameter.access} config`)
    } else wanted.push({ name, parameter, value: argv[at + 1]! })
  }
  return refusal ?? setAll(node, wanted)
}

function mayChange(node: RedisNode, { access }: Parameter): boolean {
  return access === 'protected' && node.config.get('enable-protected-configs') !== 'no'
}

function refuse(name: Bytes, why: string): Reply {
  return error(`ERR CONFIG SET failed (possibly related to argument '${cString(name)}') - ${why}`)
}

function setAll(
  node: RedisNode,
  wanted: readonly { readonly name: Bytes; readonly parameter: Parameter; readonly value: Bytes }[],
): Reply {
  const values: string[] = []
  for (const { name, parameter, value } of wanted) {
    const checked = checkValue(parameter, cString(value), node.config.get(parameter.name))
    if ('refusal' in checked) return refuse(name, checked.refusal)
    // A simulated node's address is its place in the world: moving it is the world's affair.
    if (parameter.name === 'port' && Number(checked.value) !== node.port) {
      return refuse(name, 'Unable to listen on this port. Check server logs.')
    }
    values.push(checked.value)
  }
  for (const [at, { name, parameter }] of wanted.entries()) {
    const refusal = node.config.put(parameter, values[at]!)
    if (refusal !== undefined) return refuse(name, refusal)
  }
  return ok
}

function rewrite(node: RedisNode): Reply {
  if (!node.configFile) return error('ERR The server is running without a config file')
  try {
    node.configFile.rewrite(node)
    return ok
  } catch (caught) {
    if (!(caught instanceof DiskError)) throw caught
    return error(`ERR Rewriting config file: ${caught.message}`)
  }
}

const flags = ['admin', 'noscript', 'loading', 'stale'] as const
const acl = ['admin', 'slow', 'dangerous'] as const

export const configCommand = {
  name: 'config',
  summary: 'A container for server configuration commands',
  arity: -2,
  flags: [],
  acl: ['slow'],
  keys: noKeys,
  subcommands: [
    {
      name: 'get',
      summary: 'Get the values of configuration parameters',
      arity: -3,
      flags,
      acl,
      keys: noKeys,
      run: configGet,
    },
    helpCommand(
      'config',
      ['slow'],
      [
        'GET <pattern>',
        '    Return parameters matching the glob-like <pattern> and their values.',
        'SET <directive> <value>',
        '    Set the configuration <directive> to <value>.',
        'RESETSTAT',
        '    Reset statistics reported by the INFO command.',
        'REWRITE',
        '    Rewrite the configuration file.',
      ],
    ),
    {
      name: 'resetstat',
      summary: 'Reset the stats returned by INFO',
      arity: 2,
      flags,
      acl,
      keys: noKeys,
      run: ({ node }) => {
        node.resetStats()
        return ok
      },
    },
    {
      name: 'rewrite',
      summary: 'Rewrite the configuration file with the in memory configuration',
      arity: 2,
      flags,
      acl,
      keys: noKeys,
      run: ({ node }) => rewrite(node),
    },
    {
      name: 'set',
      summary: 'Set configuration parameters to the given values',
      arity: -4,
      flags,
      acl,
      keys: noKeys,
      run: configSet,
    },
  ],
} as const satisfies CommandSpec

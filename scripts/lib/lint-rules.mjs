/**
 * The borders between the folders and what makes a run repeatable, as lint rules. The architecture stands in
 * docs/architecture.md; a message here says what to do instead.
 */

const tests = ['**/*.test.ts', '**/testing/**']

/** @param {string} folder @param {string} message @param {boolean} [typesAllowed] */
const folderRule = (folder, message, typesAllowed = false) => ({
  // From any depth: `../engine/x`, `../../electron/engine/x`.
  regex: `^\\.{1,2}/(.*/)?${folder}/`,
  message,
  allowTypeImports: typesAllowed,
})

const noElectron = { regex: '^electron(/|$)', message: 'Only electron/main and electron/preload know Electron.' }
const noIoredis = {
  regex: '^ioredis(/|$)',
  message: 'The simulator meets clients in bytes alone; ioredis belongs to the engine.',
}
const noVue = { regex: '^(vue|pinia|vue-i18n|reka-ui)(/|$)', message: 'The window belongs to renderer/.' }
const noNode = { regex: '^node:', message: 'No Node here: ask main through the contract.' }
const noRenderer = folderRule('renderer', 'Nothing outside renderer/ imports the window.')
const noMain = folderRule('main', 'Only Electron starts main; share through shared/.')
const noCli = folderRule('cli', 'Nothing imports the command line; share through shared/ or electron/engine.')
const noPreload = folderRule(
  'preload',
  'Nothing imports the preload script; its type is the Bridge in shared/contract.',
)
const engineTypes = folderRule('engine', 'The engine runs in a worker: import its types only, or send it a call.', true)
const noEngine = folderRule('engine', 'This folder may not import the engine.')
const noSimulator = folderRule('simulator', 'Only the engine imports the simulator.')

/** @param {string} folder @param {object[]} patterns @param {object} [more] */
const border = (folder, patterns, more = {}) => ({
  files: [`${folder}/**/*.{ts,vue}`],
  // A test may meet its subject from outside: a real client for a simulated node, a world for the command line.
  ignores: tests,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns, ...more }] },
})

const outside = [noRenderer, noMain, noCli, noPreload]
const builtins = [
  'fs',
  'net',
  'path',
  'os',
  'crypto',
  'child_process',
  'worker_threads',
  'http',
  'dns',
  'tls',
  'events',
]
const bareBuiltins = { paths: builtins.map((name) => ({ name, message: `Write node:${name}, where Node exists.` })) }

export const importBorders = [
  border('shared', [noElectron, noIoredis, noVue, noNode, noEngine, noSimulator, ...outside], bareBuiltins),
  border('electron/simulator', [noElectron, noIoredis, noVue, noEngine, ...outside], bareBuiltins),
  border('electron/engine', [noElectron, noVue, ...outside], bareBuiltins),
  border('electron/cli', [noElectron, noIoredis, noVue, engineTypes, noSimulator, noRenderer, noMain, noPreload]),
  border('electron/main', [noIoredis, noVue, engineTypes, noSimulator, noRenderer, noCli, noPreload], bareBuiltins),
  border('electron/preload', [noIoredis, noVue, noNode, noEngine, noSimulator, noRenderer, noMain, noCli]),
  border('renderer', [noElectron, noIoredis, noNode, noEngine, noSimulator, noMain, noCli, noPreload], bareBuiltins),
  {
    // The bridge is the one door: everything else in the window asks it.
    files: ['renderer/**/*.{ts,vue}'],
    ignores: ['renderer/bridge/**', ...tests],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'window', property: 'eventyard', message: 'Only renderer/bridge knows the bridge; use useCall.' },
        { property: 'innerHTML', message: "Strangers' text never becomes markup." },
        { property: 'outerHTML', message: "Strangers' text never becomes markup." },
        { property: 'insertAdjacentHTML', message: "Strangers' text never becomes markup." },
      ],
    },
  },
]

const takeClock = 'Take the clock from the world: the same scenario and seed must give the same trace.'
const takeRandom = 'Take the random source from the world: the same scenario and seed must give the same trace.'
const clockGlobals = ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate']

export const deterministicFolders = [
  {
    // electron/engine/host is the edge: the machine's clock, sockets and files are touched there and nowhere else.
    files: ['electron/engine/**/*.ts', 'electron/simulator/**/*.ts', 'shared/**/*.ts'],
    ignores: ['electron/engine/host/**', ...tests],
    rules: {
      'no-restricted-globals': [
        'error',
        ...[...clockGlobals, 'Date', 'performance', 'queueMicrotask'].map((name) => ({ name, message: takeClock })),
        { name: 'crypto', message: takeRandom },
        { name: 'fetch', message: 'The engine reaches the network in electron/engine/host only.' },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: takeRandom },
        ...[...clockGlobals, 'Date', 'performance'].map((property) => ({
          object: 'globalThis',
          property,
          message: takeClock,
        })),
        ...['hrtime', 'uptime', 'cpuUsage', 'nextTick'].map((property) => ({
          object: 'process',
          property,
          message: takeClock,
        })),
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.property.name=/^(localeCompare|toLocale\\w*)$/]',
          message: "Order and text never rest on the machine's locale.",
        },
        {
          selector: 'MemberExpression[object.name="Intl"]',
          message: "Order and text never rest on the machine's locale.",
        },
        {
          selector:
            'ImportDeclaration[source.value=/^(node:)?(timers|timers.promises|perf_hooks)$/]:not([importKind="type"])',
          message: takeClock,
        },
        {
          selector:
            'ImportDeclaration[source.value=/^(node:)?(net|dns|tls|http|https|fs|fs.promises|os|child_process)$/]:not([importKind="type"])',
          message: "The machine's sockets, files and names are reached in electron/engine/host only.",
        },
        {
          selector:
            'ImportSpecifier[imported.name=/^(randomBytes|randomUUID|randomInt|randomFillSync|getRandomValues|webcrypto)$/]',
          message: takeRandom,
        },
        {
          selector:
            'MemberExpression[property.name=/^(randomBytes|randomUUID|randomInt|randomFillSync|getRandomValues)$/]',
          message: takeRandom,
        },
      ],
    },
  },
]

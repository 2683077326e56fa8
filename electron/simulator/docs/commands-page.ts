import { coveredCommands, type Coverage, type CoveredCommand } from './coverage'

const titles: Readonly<Record<string, string>> = {
  bitmap: 'Bitmaps',
  cluster: 'Cluster',
  connection: 'Connections',
  generic: 'Keys',
  geo: 'Geospatial indexes',
  hash: 'Hashes',
  hyperloglog: 'HyperLogLog',
  list: 'Lists',
  pubsub: 'Pub/sub',
  scripting: 'Scripting',
  server: 'Server',
  set: 'Sets',
  'sorted-set': 'Sorted sets',
  stream: 'Streams',
  string: 'Strings',
  transactions: 'Transactions',
}

/** docs/commands.md: what the simulated node knows, group by group. */
export function commandsPage(): string {
  const commands = coveredCommands()
  const count = (kind: Coverage['kind']) => commands.filter(({ coverage }) => coverage.kind === kind).length
  const groups = [...new Set(commands.map(({ group }) => group))].sort()
  return [
    '# Commands',
    '',
    'What a simulated node knows of Redis 7.0.15. This page is generated (`npm run docs`).',
    '',
    `- **exact** (${count('exact')}): replies, errors and side effects are compared with redis-server, in RESP2 and RESP3.`,
    `- **approximate** (${count('approximate')}): it works, and the note says what is not Redis's.`,
    `- **missing** (${count('missing')}): planned, and answered with \`ERR unknown command\` until then.`,
    `- **refused** (${count('refused')}): will not come, for the reason given.`,
    ...groups.flatMap((group) => section(group, commands)),
    '',
  ].join('\n')
}

function section(group: string, commands: readonly CoveredCommand[]): string[] {
  const rows = commands.filter((command) => command.group === group)
  return [
    '',
    `## ${titles[group] ?? group}`,
    '',
    '| command | what it does | here |',
    '| --- | --- | --- |',
    ...rows.map(({ name, summary, coverage }) => `| \`${name}\` | ${escaped(summary)} | ${words(coverage)} |`),
  ]
}

function words(coverage: Coverage): string {
  switch (coverage.kind) {
    case 'exact':
      return 'exact'
    case 'approximate':
      return `approximate: ${escaped(coverage.how)}`
    case 'missing':
      return `missing: comes with ${escaped(coverage.planned)}`
    case 'refused':
      return `refused: ${escaped(coverage.why)}`
  }
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|')
}

import { EngineClient } from './engine-client'
import { exitCodes, type Command } from './commands'
import { readOptions } from './options'
import { columns } from './columns'

export const listCommand: Command = {
  name: 'list',
  usage: 'list [--json]',
  about: 'The built-in scenarios.',
  options: { json: { type: 'boolean', about: 'A line of JSON for each.' } },
  async run(argv, out) {
    const options = readOptions('list', this.options, argv)
    const engine = EngineClient.start(__dirname, { trace: () => undefined, state: () => undefined })
    try {
      const scenarios = await engine.call('scenarios.list', {})
      if (options.isSet('json')) for (const scenario of scenarios) out.line(JSON.stringify(scenario))
      else for (const line of columns(scenarios.map(({ id, topology, about }) => [id, topology, about]))) out.line(line)
      return exitCodes.done
    } finally {
      await engine.close()
    }
  },
}

/** Writes the generated pages of docs/: `npm run docs`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runnerImport } from 'vite'
import { root } from './lib/paths.mjs'

const { module } = /** @type {{ module: { commandsPage(): string } }} */ (
  await runnerImport(join(root, 'electron/simulator/docs/commands-page.ts'))
)
writeFileSync(join(root, 'docs/commands.md'), module.commandsPage())

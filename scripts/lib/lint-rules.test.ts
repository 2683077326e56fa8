import { ESLint } from 'eslint'
import { describe, expect, it } from 'vitest'

const eslint = new ESLint()

/** The rules that a file at this path would break. */
async function broken(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath })
  return result!.messages.map(({ ruleId, message }) => ruleId ?? message)
}

const imports = '@typescript-eslint/no-restricted-imports'

describe('the borders between folders', () => {
  it.each([
    ['shared/a.ts', "import { a } from 'node:fs'\nexport default a"],
    ['shared/a.ts', "import { a } from 'fs'\nexport default a"],
    ['electron/simulator/a.ts', "import { Redis } from 'ioredis'\nexport default Redis"],
    ['electron/simulator/a/b.ts', "import { a } from '../../engine/world'\nexport default a"],
    ['electron/engine/a.ts', "import { app } from 'electron'\nexport default app"],
    ['electron/engine/a.ts', "import { a } from '../main/settings'\nexport default a"],
    ['electron/main/a.ts', "import { World } from '../engine/world'\nexport default World"],
    ['electron/main/a.ts', "import type { Node } from '../simulator/node'\nexport type A = Node"],
    ['electron/cli/a.ts', "import { World } from '../engine/world'\nexport default World"],
    ['electron/preload/a.ts', "import { a } from '../main/settings'\nexport default a"],
    ['renderer/bridge/a.ts', "import { ipcRenderer } from 'electron'\nexport default ipcRenderer"],
    ['renderer/features/a/b.ts', "import type { A } from '../../../electron/engine/a'\nexport type B = A"],
  ])('are closed in %s to: %s', async (path, code) => {
    expect(await broken(path, code)).toContain(imports)
  })

  it.each([
    ['electron/engine/a.ts', "import { Redis } from 'ioredis'\nexport default Redis"],
    ['electron/engine/a.ts', "import { a } from '../simulator/node'\nexport default a"],
    ['electron/main/a.ts', "import type { ToWorker } from '../engine/worker-protocol'\nexport type A = ToWorker"],
    ['electron/main/a.ts', "import { app } from 'electron'\nexport default app"],
    ['electron/cli/serve.test.ts', "import { Redis } from 'ioredis'\nexport default Redis"],
    ['renderer/bridge/a.ts', "import type { Bridge } from '../../shared/contract'\nexport type B = Bridge"],
  ])('are open in %s to: %s', async (path, code) => {
    expect(await broken(path, code)).toEqual([])
  })
})

describe('what would make a run unrepeatable', () => {
  it.each([
    'export default Date.now()',
    'export default new Date()',
    'export default Math.random()',
    'export default performance.now()',
    'setTimeout(() => {}, 1)',
    'globalThis.setTimeout(() => {}, 1)',
    'export default process.hrtime()',
    'process.nextTick(() => {})',
    "import { setTimeout } from 'node:timers/promises'\nexport default setTimeout",
    "import { randomUUID } from 'node:crypto'\nexport default randomUUID",
    "import { connect } from 'node:net'\nexport default connect",
    "export default 'a'.localeCompare('b')",
  ])('is refused in engine and simulator: %s', async (code) => {
    expect(await broken('electron/engine/a.ts', code)).not.toEqual([])
    expect(await broken('electron/simulator/a.ts', code)).not.toEqual([])
  })

  it('is allowed at the edge, in electron/engine/host, and in tests', async () => {
    const code = 'export default Date.now()'
    expect(await broken('electron/engine/host/clock.ts', code)).toEqual([])
    expect(await broken('electron/engine/clock.test.ts', code)).toEqual([])
  })

  it('leaves hashing and types alone', async () => {
    const code = "import { createHash } from 'node:crypto'\nimport type { Socket } from 'node:net'\n"
    expect(await broken('electron/engine/a.ts', `${code}export type A = Socket\nexport default createHash`)).toEqual([])
  })
})

describe('the window', () => {
  it('has neither raw text nor markup from strings in its templates', async () => {
    const component = (template: string) =>
      broken('renderer/components/A.vue', `<script setup lang="ts"></script>\n\n<template>${template}</template>`)
    expect(await component('<p>Hello</p>')).toContain('@intlify/vue-i18n/no-raw-text')
    expect(await component('<p title="Hello" />')).toContain('@intlify/vue-i18n/no-raw-text')
    expect(await component('<p v-html="a" />')).toContain('vue/no-v-html')
    expect(await component('<p>{{ $t("a") }} → 100 %</p>')).not.toContain('@intlify/vue-i18n/no-raw-text')
  })

  it('touches the bridge in one folder only', async () => {
    const code = "export default window.eventyard.call('app.info', {})"
    expect(await broken('renderer/stores/a.ts', code)).toContain('no-restricted-properties')
    expect(await broken('renderer/bridge/a.ts', code)).not.toContain('no-restricted-properties')
  })
})

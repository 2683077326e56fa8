import vue from '@vitejs/plugin-vue'
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Beside real servers, whose time is that of the wall: what else keeps the machine busy would show in it. */
const withServers = [
  'electron/cli/{remote,rude-servers,local-*,serve-*}.test.ts',
  'electron/engine/{behaviour,*-client}.test.ts',
  'electron/simulator/differential.test.ts',
  'electron/simulator/**/real-*.test.ts',
  'electron/simulator/persistence/aof-*.test.ts',
  'scenarios/on-local-servers.test.ts',
]

const node = { environment: 'node', testTimeout: 60_000, hookTimeout: 60_000 } as const

export default defineConfig({
  test: {
    // Vitest keeps a core for itself, and needs little of it.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // The window's code needs a DOM, and nobody else's may see one.
    projects: [
      {
        test: {
          ...node,
          name: 'node',
          include: ['{shared,electron,scripts,scenarios}/**/*.test.ts'],
          exclude: withServers,
        },
      },
      // One file after the other, once all else is done.
      {
        test: {
          ...node,
          name: 'servers',
          include: withServers,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        plugins: [vue()],
        test: {
          name: 'renderer',
          environment: 'happy-dom',
          include: ['renderer/**/*.test.ts'],
          setupFiles: [],
        },
      },
    ],
  },
})

import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Two projects, since the window's code needs a DOM and nobody else's may see one.
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['{shared,electron,scripts,scenarios}/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
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

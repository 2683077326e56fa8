import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type EnvironmentOptions } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))

/**
 * One bundle for a Node-side process. All packages go in, so that the packaged app carries no node_modules, and the
 * output is CommonJS: a sandboxed preload script and Electron 25's main both need it.
 */
function nodeBundle(name: string, entry: string): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { noExternal: true, conditions: ['node', 'module', 'default'] },
    build: {
      outDir: `${root}dist`,
      emptyOutDir: false,
      ssr: true,
      target: 'node18',
      minify: false,
      sourcemap: true,
      copyPublicDir: false,
      rolldownOptions: {
        input: { [name]: `${root}${entry}` },
        external: ['electron'],
        platform: 'node',
        output: {
          format: 'cjs',
          entryFileNames: '[name].cjs',
          // What is imported dynamically keeps its own file: ioredis must not load before the world's clock is in place.
          chunkFileNames: ({ facadeModuleId }) => `chunks/${packageOf(facadeModuleId) ?? `${name}-[name]`}.cjs`,
        },
      },
    },
  }
}

/** `ioredis` for a module of that package: its chunk should bear a name that stack traces can be read by. */
function packageOf(moduleId: string | null): string | undefined {
  return moduleId
    ?.split('/node_modules/')[1]
    ?.match(/^(@[^/]+\/)?[^/]+/)?.[0]
    .replace('/', '-')
}

/** The Node-side bundles by environment: the file in dist/ (without .cjs) and its entry. */
const nodeBundles = {
  main: ['main', 'electron/main/main.ts'],
  preload: ['preload', 'electron/preload/preload.ts'],
  worker: ['engine-worker', 'electron/engine/worker.ts'],
  cli: ['cli', 'electron/cli/cli.ts'],
} as const

export default defineConfig({
  root: `${root}renderer`,
  cacheDir: `${root}node_modules/.vite`,
  plugins: [vue()],
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
  server: { host: '127.0.0.1' },
  environments: {
    client: {
      build: {
        outDir: `${root}dist/renderer`,
        emptyOutDir: true,
        target: 'chrome114',
        // Nothing inlined: the window's policy has no `data:` but for images.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        reportCompressedSize: false,
        rolldownOptions: { checks: { bundlerTimings: false } },
        chunkSizeWarningLimit: 2000,
      },
    },
    ...Object.fromEntries(
      Object.entries(nodeBundles).map(([environment, [name, entry]]) => [environment, nodeBundle(name, entry)]),
    ),
  },
})

import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // Each spec starts apps of its own; more than one at a time per core makes time-outs of what is merely slow.
  workers: 2,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  // Long enough for a start that is tried again.
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
})

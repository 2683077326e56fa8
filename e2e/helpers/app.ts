import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, test as base, type ElectronApplication, type Page } from '@playwright/test'
import type { Bridge } from '../../shared/contract'
import { electronRuntime, sandboxArguments } from '../../scripts/lib/electron-runtime.mjs'

declare global {
  interface Window {
    readonly eventyard: Bridge
  }
}

export interface StartedApp {
  readonly app: ElectronApplication
  readonly page: Page
  /** The app's log so far. */
  readonly log: () => string
}

export interface StartOptions {
  /** Scenario files and switches. */
  readonly arguments?: readonly string[]
  /** Another executable than the checkout's: the packaged app. */
  readonly executable?: string
  readonly env?: Readonly<Record<string, string>>
}

interface Fixtures {
  /** A fresh folder for the app's data, which starts in one test share. */
  readonly userData: string
  /** Starts the built app; every app is closed when the test ends. */
  readonly start: (options?: StartOptions) => Promise<StartedApp>
}

/** What starts the app of this checkout with its data in `userData`. */
export function startCommand(userData: string, options: StartOptions = {}): { executable: string; args: string[] } {
  const runtime = electronRuntime()
  if (!runtime) throw new Error('There is no Electron: run "node scripts/setup.mjs test".')
  const { executable, appArguments } = options.executable
    ? { executable: options.executable, appArguments: [] }
    : runtime
  return {
    executable,
    args: [...appArguments, ...sandboxArguments(), `--user-data-dir=${userData}`, ...(options.arguments ?? [])],
  }
}

export const test = base.extend<Fixtures>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the wanted fixtures from this pattern.
  userData: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'eventyard-e2e-'))
    await use(folder)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  },
  start: async ({ userData }, use) => {
    const apps: ElectronApplication[] = []
    await use(async (options = {}) => {
      const { executable, args } = startCommand(userData, options)
      const app = await launch({
        executablePath: executable,
        args,
        env: { ...environment(), ...options.env },
        // The theme is the app's own business: Playwright would force light.
        colorScheme: null,
      })
      apps.push(app)
      const page = await app.firstWindow()
      // The app has taken the place of the frame that is painted before it, and listens.
      await page.locator('#app > :not(.frame)').first().waitFor()
      const log = join(userData, 'logs', 'eventyard.log')
      return { app, page, log: () => (existsSync(log) ? readFileSync(log, 'utf8') : '') }
    })
    for (const app of apps) await app.close().catch(() => undefined)
  },
})

type LaunchOptions = NonNullable<Parameters<typeof _electron.launch>[0]>

const START_TRIES = 3

/**
 * Playwright attaches to an app that is already starting (its own loader, which would hold the app back until it has, works
 * with npm's Electron only). When the window appears in the wrong moment of that, it waits for ever: seen in about one of a
 * hundred starts on a busy machine. Such a start is tried again, and the output says so.
 */
async function launch(options: LaunchOptions): Promise<ElectronApplication> {
  for (let tries = 1; ; tries++) {
    try {
      return await _electron.launch({ ...options, timeout: 15_000 })
    } catch (error) {
      if (tries === START_TRIES) throw error
      console.warn(`The app was not reached, trying once more: ${String(error).split('\n', 1)[0]}`)
    }
  }
}

/** One language and no leftovers of a development server, whatever the machine's environment says. */
export function environment(): Record<string, string> {
  const { EVENTYARD_DEV_URL: _devUrl, ...rest } = process.env
  return { ...(rest as Record<string, string>), LANG: 'en_US.UTF-8', LANGUAGE: 'en' }
}

export { expect } from '@playwright/test'

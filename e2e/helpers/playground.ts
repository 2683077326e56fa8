import { expect, type Locator, type Page } from '@playwright/test'

/** The playground as a person finds it: by the roles and names of its parts. */
export function playground(page: Page) {
  const time = page.getByRole('toolbar', { name: 'Time' })
  const inspector = page.getByRole('complementary', { name: 'Inspector' })
  const events = page.getByRole('region', { name: 'Events', exact: true })
  const timer = time.getByRole('timer', { name: 'Run time' })
  return {
    time,
    inspector,
    events,
    timer,
    pause: time.getByRole('button', { name: 'Pause' }),
    play: time.getByRole('button', { name: 'Play', exact: true }),
    step: time.getByRole('button', { name: 'Step to the next event' }),
    restart: time.getByRole('button', { name: 'Restart with the same seed' }),
    node: (name: RegExp) => page.getByRole('region', { name: 'Graph' }).getByRole('button', { name }),
    speed: (name: string) => time.getByRole('radio', { name, exact: true }),

    /** Starts the chat room from the start view. */
    async startChatRoom() {
      await page.getByRole('button', { name: 'Start', exact: true }).click()
      await expect(timer).toBeVisible()
    },
    /** The run's clock as it is shown, in milliseconds. */
    async shownMs() {
      return parseTime(await timer.innerText())
    },
    /** The number beside a name of the ledger. */
    ledger: (name: string) => valueOf(inspector, name),
    /** What the engine says of the run, for what the window shows only in part. */
    async state() {
      const outcome = await page.evaluate(() => window.eventyard.call('run.state', {}))
      if (!outcome.ok) throw new Error(outcome.error.message)
      return outcome.value
    },
  }
}

/** `01:02.500` as 62500. */
export function parseTime(text: string): number {
  const [, minutes = '', seconds = '', ms = ''] = text.match(/(\d+):(\d\d)\.(\d{3})/) ?? []
  if (ms === '') throw new Error(`"${text}" is not a time`)
  return Number(minutes) * 60_000 + Number(seconds) * 1000 + Number(ms)
}

/** Lets the page draw this many frames. */
export async function frames(page: Page, count: number): Promise<void> {
  await page.evaluate(async (left) => {
    for (; left > 0; left--) await new Promise((resolve) => requestAnimationFrame(resolve))
  }, count)
}

async function valueOf(region: Locator, name: string): Promise<number> {
  const term = region.getByRole('term').filter({ hasText: new RegExp(`^${name}$`) })
  return Number(await term.locator('xpath=following-sibling::dd[1]').innerText())
}

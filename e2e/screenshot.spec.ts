/**
 * The picture in the README, taken from the real app. Every run takes it anew into test-results/; `npm run screenshot`
 * puts it where the README shows it.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../scripts/lib/paths.mjs'
import { expect, test } from './helpers/app'
import { frames, playground } from './helpers/playground'

test('the chat room, with a message lost', async ({ start }) => {
  const { app, page } = await start()
  await page.evaluate(() => window.eventyard.call('settings.set', { theme: 'dark' }))
  await page.reload()
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.setContentSize(1440, 900))
  await expect.poll(() => page.evaluate(() => [innerWidth, innerHeight])).toEqual([1440, 900])

  const { startChatRoom, pause, ledger, events, node } = playground(page)
  await startChatRoom()
  await expect.poll(() => ledger('Lost')).toBeGreaterThan(2)
  await pause.click()
  await events
    .getByRole('row', { name: / lost dan/ })
    .first()
    .click()
  await expect(node(/^dan, subscriber, not connected/)).toBeVisible()
  await frames(page, 30)

  const folder = process.env.SCREENSHOTS ?? join(root, 'test-results', 'screenshots')
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, 'playground.png') })
})

/**
 * Takes the README's picture: the chat room with somebody away, dark, at 1440 x 900. It always lands in test-results;
 * `EVENTYARD_PICTURES=docs npm run e2e -- picture` puts it into docs/images for good.
 */
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../scripts/lib/paths.mjs'
import { expect, test } from './helpers/app'
import { playground } from './helpers/playground'

test('the chat room, as the README shows it', async ({ start }) => {
  const { app, page } = await start()
  const { startChatRoom, pause, shownMs, ledger, events } = playground(page)
  await page.evaluate(() => window.eventyard.call('settings.set', { theme: 'dark' }))
  await page.reload()
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.setContentSize(1440, 900))
  await expect.poll(() => page.evaluate(() => [innerWidth, innerHeight])).toEqual([1440, 900])
  await startChatRoom()
  // Seed 7: dan leaves at 6 s, and ana speaks at 8.471 s.
  await expect.poll(shownMs, { intervals: [20] }).toBeGreaterThan(8470)
  await pause.click()
  expect(await ledger('Lost')).toBeGreaterThanOrEqual(3)
  await events
    .getByRole('row', { name: /lost dan/ })
    .last()
    .click()

  const file = join(root, 'test-results', 'chat-room.png')
  mkdirSync(join(root, 'test-results'), { recursive: true })
  await page.screenshot({ path: file })
  if (process.env.EVENTYARD_PICTURES === 'docs') {
    mkdirSync(join(root, 'docs', 'images'), { recursive: true })
    copyFileSync(file, join(root, 'docs', 'images', 'chat-room.png'))
  }
})

/** Lines are drawn from node to node: who may be bound to what is seen, done and undone. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { root } from '../scripts/lib/paths.mjs'
import { expect, test } from './helpers/app'
import { violations } from './helpers/axe'
import { playground } from './helpers/playground'

const scenario = join(root, 'e2e/scenarios/order-pipeline.yaml')

/** Takes a node by the handle at its right edge and holds the pointer over another one. */
async function drawTo(page: Page, from: RegExp, to: RegExp): Promise<void> {
  const { node } = playground(page)
  const start = (await node(from).boundingBox())!
  const end = (await node(to).boundingBox())!
  await page.mouse.move(start.x + start.width, start.y + Math.min(22, start.height / 2))
  await page.mouse.down()
  await page.mouse.move(end.x - 40, end.y + end.height / 2, { steps: 4 })
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 4 })
}

/** Each is listed with both of its nodes. */
const edge = (page: Page, name: RegExp) =>
  page.getByRole('region', { name: 'Graph' }).getByRole('button', { name }).first()

test('a producer is drawn to a queue that nobody uses yet, and a consumer from it, and both go back', async ({
  start,
}) => {
  const { page } = await start({ arguments: [scenario] })
  const { node, inspector } = playground(page)
  await expect(node(/^checkout, producer, XADD/)).toBeVisible()
  await page.keyboard.press('n')
  const dialog = page.getByRole('dialog', { name: 'Add a channel or a queue' })
  await dialog.getByRole('combobox', { name: 'Kind' }).selectOption('List (queue)')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('parcels')
  await dialog.getByRole('button', { name: 'Add' }).click()
  await expect(node(/^parcels, list, not used yet/)).toBeVisible()
  await expect(inspector.getByText('Nobody uses it yet')).toBeVisible()
  expect(await violations(page), 'a queue that nobody uses').toEqual([])
  await page.getByRole('button', { name: 'Fit' }).click()

  // While the pointer is over a node, the command or the reason is there to read.
  const hint = page.getByRole('status').filter({ hasText: /./ })
  await drawTo(page, /^newsletter, producer/, /^mailer, consumer/)
  await expect(hint.filter({ hasText: 'Actors meet in a channel or a queue' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.mouse.up()
  await drawTo(page, /^newsletter, producer/, /^parcels, list/)
  await expect(hint.filter({ hasText: 'newsletter: LPUSH parcels' })).toBeVisible()
  await page.screenshot({ path: 'test-results/drawing.png' })
  await page.mouse.up()
  await expect(node(/^parcels, list, LLEN [1-9]/)).toBeVisible()

  // The other way is a form.
  await node(/^mailer, consumer/).click()
  await inspector.getByRole('combobox', { name: 'Connect mailer with' }).selectOption('parcels → mailer')
  await inspector.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(inspector.getByRole('button', { name: /^BLMOVE parcels/ })).toBeVisible()
  await page.getByRole('button', { name: 'List', exact: true }).click()
  await expect(edge(page, /^newsletter → parcels/)).toBeVisible()
  await expect(edge(page, /^parcels → mailer/)).toBeVisible()
  await expect(edge(page, /^mail:outbox → mailer/)).toHaveCount(0)

  await page.keyboard.press('Control+z')
  await expect(edge(page, /^mail:outbox → mailer/)).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect(edge(page, /^newsletter → mail:outbox/)).toBeVisible()
})

test('who was removed with jobs comes back as it was', async ({ start }) => {
  const { page } = await start({ arguments: [scenario] })
  const { node, inspector } = playground(page)
  await node(/^mailer, consumer, BLMOVE/).click()
  await inspector.getByRole('button', { name: 'Remove' }).click()
  await expect(node(/^mailer, consumer/)).toHaveCount(0)
  await page.keyboard.press('Control+z')
  // It keeps its jobs in a list of its own, and gives up after two attempts, as before.
  await expect(node(/^mailer, consumer, BLMOVE/)).toBeVisible()
  await page.getByRole('button', { name: 'List', exact: true }).click()
  await expect(edge(page, /^mailer → mail:(retry|outbox), retry/)).toBeVisible({ timeout: 20_000 })
})

/** Queues, streams and triggers in the playground: what waits, who has it in hand, and what became of one job. */
import { join } from 'node:path'
import { root } from '../scripts/lib/paths.mjs'
import { expect, test } from './helpers/app'
import { playground } from './helpers/playground'

const scenario = join(root, 'e2e/scenarios/order-pipeline.yaml')

test('a paused consumer keeps what it has, others claim it, and a job tells its life', async ({ start }) => {
  const { page } = await start({ arguments: [scenario] })
  const { node, inspector, events, shownMs, pause } = playground(page)
  await expect(node(/^orders, stream, XLEN \d+, billing: \d+ pending/)).toBeVisible()
  await expect(node(/^mail:outbox, list, LLEN/)).toBeVisible()
  await expect(node(/^checkout, producer, XADD, \d+ added/)).toBeVisible()
  await expect(node(/^reminder, trigger, fired [1-9]/)).toBeVisible({ timeout: 30_000 })

  // Whoever is paused by hand stands still until somebody lets it go on.
  await node(/^billing-3, consumer/).click()
  await inspector.getByRole('button', { name: 'Pause' }).click()
  await expect(node(/^billing-3, consumer, paused/)).toBeVisible()
  await inspector.getByRole('button', { name: 'Resume' }).click()
  await expect(node(/^billing-3, consumer, XREADGROUP/)).toBeVisible()

  // A process that is killed stays in sight, and can be started again.
  await inspector.getByRole('button', { name: 'Kill' }).click()
  await expect(node(/^billing-3, consumer, killed/)).toBeVisible()
  await inspector.getByRole('button', { name: 'Start' }).click()
  await expect(node(/^billing-3, consumer, XREADGROUP/)).toBeVisible()

  // The scenario pauses billing-2 with entries in hand; the others claim them after five seconds.
  await expect.poll(shownMs, { timeout: 60_000 }).toBeGreaterThan(13_000)
  await pause.click()
  const filter = events.getByRole('searchbox').or(events.getByRole('textbox')).first()
  await filter.fill('job.claimed billing')
  const claimed = events.getByRole('row', { name: / claimed / }).first()
  await claimed.click()
  await expect(inspector.getByRole('heading', { name: /^Job checkout-\d+/ })).toBeVisible()
  const life = inspector.getByRole('listitem')
  await expect(life.filter({ hasText: /enqueued/ }).first()).toBeVisible()
  await expect(life.filter({ hasText: /claimed.*from/ }).first()).toBeVisible()
  // Each step leads to its event, and to the queue.
  await life
    .filter({ hasText: /enqueued/ })
    .first()
    .getByRole('button')
    .click()
  await inspector.getByRole('button', { name: 'orders', exact: true }).click()
  await expect(inspector.getByRole('heading', { name: 'Group billing' })).toBeVisible()
})

/** Queues, streams and triggers in the playground: what waits, who has it in hand, and what became of one job. */
import { join } from 'node:path'
import { root } from '../scripts/lib/paths.mjs'
import { expect, test } from './helpers/app'
import { violations } from './helpers/axe'
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

test('what is given up ends with the dead letters, and its life says why', async ({ start }) => {
  const { page } = await start({ arguments: [scenario] })
  const { node, inspector, events, speed, pause } = playground(page)
  await expect(node(/^mailer, consumer/)).toBeVisible()
  await speed('10×').click()
  await expect(node(/^mail:dead, dead letters, [1-9]/)).toBeVisible({ timeout: 60_000 })
  await pause.click()
  await expect(inspector.getByRole('row', { name: /^mail:outbox/ })).toBeVisible()

  // The letters came after the graph had been fitted into view.
  await page.getByRole('button', { name: 'Fit' }).click()
  await node(/^mail:dead, dead letters/).click()
  await expect(inspector.getByRole('heading', { name: 'mail:dead' })).toBeVisible()

  await events.getByRole('textbox').or(events.getByRole('searchbox')).first().fill('job.deadlettered')
  await events
    .getByRole('row', { name: / dead-lettered / })
    .first()
    .click()
  await expect(inspector.getByRole('heading', { name: /^Job (newsletter|later)-\d+/ })).toBeVisible()
  const life = inspector.getByRole('list', { name: 'Its life' }).getByRole('listitem')
  await expect(life.filter({ hasText: /enqueued/ })).not.toHaveCount(0)
  // Two attempts are all it has: one failure sends it back, the second one ends it.
  await expect(life.filter({ hasText: /failed/ })).toHaveCount(2)
  await expect(life.filter({ hasText: /dead-lettered/ })).toHaveCount(1)
  await expect(life.last()).toContainText('mail:dead')
})

for (const theme of ['light', 'dark'] as const) {
  test(`queues, jobs and triggers are accessible in the ${theme} theme`, async ({ start }) => {
    test.slow() // looked at by axe several times
    const { page } = await start({ arguments: [scenario] })
    await page.evaluate((value) => window.eventyard.call('settings.set', { theme: value }), theme)
    await page.reload()
    const { node, inspector, speed, pause, shownMs } = playground(page)
    await speed('10×').click()
    await expect(node(/^mail:dead, dead letters, [1-9]/)).toBeVisible({ timeout: 60_000 })
    await expect.poll(shownMs, { timeout: 60_000 }).toBeGreaterThan(8000)
    await pause.click()
    await page.getByRole('button', { name: 'Fit' }).click()
    expect(await violations(page), 'graph and ledger').toEqual([])
    for (const name of [/^orders, stream/, /^mail:outbox, list/, /^mail:later, /, /^reminder, trigger/]) {
      await node(name).click()
      await expect(inspector.getByRole('heading', { level: 2 }).first()).toBeVisible()
      expect(await violations(page), String(name)).toEqual([])
    }
    await node(/^billing-2, consumer/).click()
    expect(await violations(page), 'consumer').toEqual([])
    await inspector
      .getByRole('button', { name: /checkout-\d+/ })
      .first()
      .click()
    await expect(inspector.getByRole('heading', { name: /^Job / })).toBeVisible()
    expect(await violations(page), 'job').toEqual([])
    await page.getByRole('button', { name: 'List', exact: true }).click()
    expect(await violations(page), 'list').toEqual([])
  })
}

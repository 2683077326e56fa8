/** A cluster that is broken on purpose: a failover watched, a partition made and healed, the same story twice. */
import AxeBuilder from '@axe-core/playwright'
import { expect, test } from './helpers/app'
import { clusterOf, dropScenario } from './helpers/cluster'
import { frames, playground } from './helpers/playground'

const failover = `eventyard: 1
name: Failover
seed: 7
deployment: { topology: cluster, primaries: 3, replicas: 1, latency: 1ms..3ms }
actors:
  shop: { role: client, command: "INCR orders:{eu}", rate: 50/s }
steps:
  - { at: 0s, start: all }
  - { at: 2s, fault: { cut: "primary-of(orders:{eu})", from: its-replicas, for: 12s } }
  - { at: 3s, fault: { kill: "primary-of(orders:{eu})", for: 6s } }
  - { at: 12s }
`

test('a primary is killed in the window, its replica is elected, and it comes back as a replica', async ({ start }) => {
  const { page } = await start()
  const { machine, tool, faults, slots, failover: strip, story, startCluster } = clusterOf(page)
  await startCluster()
  await expect(slots.getByRole('button', { name: /^node-2, 5461-10922$/ })).toBeVisible()
  await tool('Kill').click()
  await machine('node-2, primary').click()
  await expect(story.getByRole('button', { name: /You killed node-2/ })).toBeVisible()
  await expect(faults.getByText('Killed node-2')).toBeVisible()
  await expect(slots.getByRole('button', { name: /node-2, 5461-10922, not served/ })).toBeVisible()
  await expect(strip.getByRole('button', { name: /^Promoted \+/ })).toBeVisible({ timeout: 30_000 })
  await expect(machine('node-5, primary')).toBeVisible()
  await expect(slots.getByRole('button', { name: /^node-5, 5461-10922$/ })).toBeVisible()
  await expect(machine(/^node-2, .*FAIL/)).toBeVisible()

  // An item of the story marks whom it is about, and leads on to its cause.
  const promoted = story.getByRole('button', { name: /node-5 was promoted/ })
  await promoted.click()
  await expect(promoted).toHaveAttribute('aria-current', 'true')

  await faults.getByRole('button', { name: 'Heal: Killed node-2' }).click()
  await expect(machine('node-2, replica')).toBeVisible()
  await expect(faults).toBeHidden()
})

test('a scenario with faults ends in the same hash twice', async ({ start }) => {
  const { page } = await start()
  const { speed, restart, state } = playground(page)
  const { machine } = clusterOf(page)
  await dropScenario(page, 'failover.yaml', failover)
  await expect(machine('node-2, primary')).toBeVisible()
  await speed('max').click()
  await expect.poll(async () => (await state()).script.hash, { timeout: 30_000 }).not.toBeNull()
  const first = await state()
  await expect(machine('node-5, primary')).toBeVisible()
  await restart.click()
  await expect.poll(async () => (await state()).run).toBe(first.run + 1)
  if ((await state()).speed !== 'max') await speed('max').click()
  await expect.poll(async () => (await state()).script.hash, { timeout: 30_000 }).toBe(first.script.hash)
})

test('the Break tray works by keyboard, while time stands still', async ({ start }) => {
  const { page } = await start()
  const { pause, play } = playground(page)
  const { machine, tool, options, faults, startCluster } = clusterOf(page)
  await startCluster()
  await pause.click()
  await expect(play).toBeVisible()
  await expect(tool('Restart')).toHaveAttribute('aria-disabled', 'true')
  await page.keyboard.press('b')
  await page.keyboard.press('p')
  await expect(options('Pause')).toBeVisible()
  await options('Pause').getByRole('combobox', { name: 'Node', exact: true }).selectOption('node-3')
  await options('Pause').getByRole('button', { name: 'Pause node' }).press('Enter')
  await expect(machine('node-3, primary, paused')).toBeVisible()

  await machine('node-1, primary').focus()
  await page.keyboard.press('ArrowDown')
  await expect(machine('node-4, replica')).toBeFocused()
  await page.keyboard.press('b')
  await page.keyboard.press('k')
  await machine('node-4, replica').press('Enter')
  await expect(machine('node-4, replica, down')).toBeVisible()
  await expect(faults.getByRole('listitem')).toHaveCount(2)
  await page.keyboard.press('h')
  await expect(faults).toBeHidden()
  await expect(machine('node-4, replica')).toBeVisible()
})

test('a partition is drawn with a lasso, and healed', async ({ start }) => {
  const { page } = await start()
  const { machine, tool, options, faults, story, startCluster } = clusterOf(page)
  await startCluster()
  await tool('Partition').click()
  const [from, to] = await Promise.all([
    machine('node-3, primary').boundingBox(),
    machine('node-6, replica').boundingBox(),
  ])
  await page.mouse.move(from!.x - 12, from!.y - 12)
  await page.mouse.down()
  await page.mouse.move(from!.x + 60, from!.y + 60)
  await page.mouse.move(to!.x + to!.width - 10, to!.y + to!.height - 10)
  await page.mouse.up()
  await expect(options('Partition').getByRole('checkbox', { name: 'node-3' })).toBeChecked()
  await expect(options('Partition').getByRole('checkbox', { name: 'node-6' })).toBeChecked()
  await expect(options('Partition').getByRole('checkbox', { name: 'node-1' })).not.toBeChecked()
  await options('Partition').getByRole('button', { name: 'Make partition' }).click()
  await expect(story.getByRole('button', { name: /You partitioned the network/ })).toBeVisible()
  await expect(machine(/^node-3, primary, (PFAIL|FAIL)$/)).toBeVisible({ timeout: 20_000 })
  await faults.getByRole('button', { name: /^Heal: P\d+: node-3, node-6/ }).click()
  await expect(faults).toBeHidden()
  await expect(machine('node-3, primary')).toBeVisible({ timeout: 20_000 })
})

for (const theme of ['light', 'dark'] as const) {
  test(`the cluster is accessible in the ${theme} theme, as a map, a list and a table`, async ({ start }) => {
    test.slow() // four pictures, each looked at by axe
    const { page } = await start()
    await page.evaluate((value) => window.eventyard.call('settings.set', { theme: value }), theme)
    await page.reload()
    const { view, machine, tool, faults, options, startCluster } = clusterOf(page)
    const violations = async () => {
      const { violations: found } = await new AxeBuilder({ page }).setLegacyMode().analyze()
      return found.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id} ${String(target)} ${failureSummary}`),
      )
    }
    await startCluster()
    await tool('Kill').click()
    await machine('node-2, primary').click()
    await expect(faults).toBeVisible()
    await tool('Delay link').click()
    await expect(options('Delay link')).toBeVisible()
    await expect(machine(/^node-2, .*FAIL/)).toBeVisible({ timeout: 20_000 })
    await playground(page).pause.click()
    await frames(page, 60)
    expect(await violations(), 'map').toEqual([])
    await page.screenshot({ path: `test-results/cluster-${theme}.png` })
    await view.getByRole('button', { name: 'List' }).click()
    await expect(view.getByRole('heading', { name: 'Shard of node-1' })).toBeVisible()
    expect(await violations(), 'list').toEqual([])
    await view.getByRole('button', { name: 'Beliefs' }).click()
    await expect(view.getByRole('table')).toBeVisible()
    expect(await violations(), 'beliefs').toEqual([])
  })
}

/** An operator's work in the window: nodes added and removed, slots moved, roles handed over, tools dragged. */
import { expect, test } from './helpers/app'
import { clusterOf } from './helpers/cluster'

test('a node joins, gets slots, and leaves again', async ({ start }) => {
  const { page } = await start()
  const { view, machine, slots, startCluster } = clusterOf(page)
  await startCluster()
  await view.getByRole('button', { name: 'Node', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Primary without slots' }).click()
  await expect(machine('node-7, primary')).toBeVisible()
  await expect(view.getByRole('status')).toBeHidden({ timeout: 20_000 })

  await view.getByRole('button', { name: 'Move slots…' }).click()
  const form = page.getByRole('form', { name: 'Move slots' })
  await expect(form.getByRole('combobox', { name: 'To' })).toHaveValue('node-7')
  await form.getByRole('spinbutton', { name: 'From slot' }).fill('10922')
  await form.getByRole('spinbutton', { name: 'to', exact: true }).fill('10900')
  await expect(form.getByText('The first is after the last.')).toBeVisible()
  await form.getByRole('spinbutton', { name: 'From slot' }).fill('10900')
  await form.getByRole('spinbutton', { name: 'to', exact: true }).fill('10922')
  await expect(form.getByText('23 slots')).toBeVisible()
  await form.getByRole('button', { name: 'Move them' }).click()
  await expect(slots.getByRole('button', { name: 'node-7, 10900-10922' })).toBeVisible({ timeout: 20_000 })

  await machine('node-7, primary').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await expect(machine('node-7, primary')).toBeHidden({ timeout: 30_000 })
  await expect(slots.getByRole('button', { name: /node-7/ })).toBeHidden()
})

test('a replica takes over by the menu key, and a job that fails says why', async ({ start }) => {
  const { page } = await start()
  const { view, machine, startCluster } = clusterOf(page)
  await startCluster()
  await machine('node-5, replica').focus()
  await page.keyboard.press('Shift+F10')
  await expect(page.getByRole('menuitem', { name: 'Restart node' })).toBeDisabled()
  await page.getByRole('menuitem', { name: 'Failover here' }).press('Enter')
  await expect(machine('node-5, primary')).toBeVisible({ timeout: 20_000 })
  await expect(machine('node-2, replica')).toBeVisible()
  await expect(view.getByRole('alert')).toBeHidden()
  // What the window cannot know beforehand, the node itself refuses.
  await page.evaluate(() =>
    window.eventyard.call('topology.change', { change: { kind: 'failover', replica: 'node-5' } }),
  )
  await expect(view.getByRole('alert')).toContainText('ERR You should send CLUSTER FAILOVER to a replica')
  await view.getByRole('button', { name: 'Dismiss' }).click()
  await expect(view.getByRole('alert')).toBeHidden()
})

test('a primary with replicas gets one Sentinel more', async ({ start }) => {
  const { page } = await start()
  const { view, machine } = clusterOf(page)
  const form = page.getByRole('form', { name: 'Your own deployment' })
  await form.getByRole('radio', { name: 'replicated' }).click()
  await form.getByRole('button', { name: 'Start it' }).click()
  await expect(machine(/^sentinel-3/)).toBeVisible()
  await view.getByRole('button', { name: 'Node', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Sentinel' }).click()
  await expect(machine(/^sentinel-4/)).toBeVisible()
  await expect(view.getByRole('status')).toBeHidden({ timeout: 20_000 })
})

test('tools are dragged onto a node, and from one node to another', async ({ start }) => {
  const { page } = await start()
  const { machine, tool, faults, startCluster } = clusterOf(page)
  await startCluster()
  const middleOf = async (name: string) => {
    const box = (await machine(name).boundingBox())!
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  }
  const drag = async (from: { x: number; y: number }, to: { x: number; y: number }) => {
    await page.mouse.move(from.x, from.y)
    await page.mouse.down()
    await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 })
    await page.mouse.move(to.x, to.y, { steps: 4 })
    await page.mouse.up()
  }
  const toolBox = async (name: string) => {
    const box = (await tool(name).boundingBox())!
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  }
  await drag(await toolBox('Pause'), await middleOf('node-6, replica'))
  await expect(faults.getByText('Paused node-6')).toBeVisible()

  await tool('Cut link').click()
  await drag(await middleOf('node-1, primary'), await middleOf('node-3, primary'))
  await expect(faults.getByText('Cut node-1 ↔ node-3')).toBeVisible()

  // Dropped on a node, a tool for links has one end, and the other is clicked.
  await drag(await toolBox('Delay link'), await middleOf('node-2, primary'))
  await machine('node-5, replica').click()
  await expect(faults.getByText('Delayed node-2 ↔ node-5')).toBeVisible()
})

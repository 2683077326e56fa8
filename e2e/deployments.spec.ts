/** Runs on real servers: those that the app starts for a run, and somebody's own with a password. */
import { execFileSync } from 'node:child_process'
import AxeBuilder from '@axe-core/playwright'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from './helpers/app'
import { consoleOf } from './helpers/console'
import { dataOf } from './helpers/data'
import { playground } from './helpers/playground'
import { startRedis } from './helpers/redis'

/** The Deployments view as a person finds it. */
function deploymentsOf(page: Page) {
  const form = page.getByRole('dialog', { name: /connection/ })
  return {
    form,
    remote: page.getByRole('region', { name: 'Remote' }),
    local: page.getByRole('region', { name: 'Local' }),
    diagnosis: form.getByRole('status', { name: 'What was tried' }),
    async open() {
      await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Deployments' }).click()
      await expect(page.getByRole('heading', { name: 'Deployments', level: 2 })).toBeVisible()
    },
  }
}

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).setLegacyMode().analyze()
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${String(target)} ${failureSummary}`),
  )
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('the chat room runs on a redis-server that the app starts for it, and that ends with it', async ({ start }) => {
  const { page } = await start()
  const { startChatRoom, ledger, pause, step, state } = playground(page)
  await page.getByRole('combobox', { name: 'Run on' }).selectOption('Local')
  await startChatRoom()
  await expect.poll(() => ledger('Delivered')).toBeGreaterThan(3)
  expect(await state()).toMatchObject({ on: 'local', status: 'running' })
  await expect(page.getByRole('button', { name: /^Local/ })).toBeVisible()
  await expect(pause).toBeDisabled()
  await expect(step).toBeDisabled()

  const { open, local } = deploymentsOf(page)
  await open()
  const row = local.getByRole('row', { name: /node-1/ })
  await expect(row.getByRole('cell').nth(1)).toHaveText(/^\d+$/)
  const pid = Number(await row.getByRole('cell').nth(1).innerText())
  expect(isAlive(pid)).toBe(true)
  await row.getByRole('button', { name: 'Log' }).click()
  await expect(local.getByLabel('Log of node-1')).toContainText('Ready to accept connections')

  await page.screenshot({ path: 'test-results/live-local.png' })
  await row.getByRole('button', { name: 'Kill' }).click()
  await expect(row.getByText('down', { exact: true })).toBeVisible()
  await expect.poll(() => isAlive(pid)).toBe(false)
  await expect(page.getByRole('button', { name: /^Local.*not connected/ })).toBeVisible()
  await row.getByRole('button', { name: 'Start' }).click()
  await expect(row.getByText('running', { exact: true })).toBeVisible()
  await expect(row.getByRole('cell').nth(1)).toHaveText(/^\d+$/)
  const next = Number(await row.getByRole('cell').nth(1).innerText())
  expect(next).not.toBe(pid)

  await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Playground' }).click()
  await page.getByRole('button', { name: 'Close the run' }).click()
  await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeVisible()
  await expect.poll(() => isAlive(next)).toBe(false)
})

test('a connection is saved once its password is right, and a run takes place there', async ({ start, userData }) => {
  const redis = await startRedis('--requirepass', 'opensesame')
  try {
    const { page, log } = await start()
    const { form, diagnosis, remote, open } = deploymentsOf(page)
    await open()
    await page.getByRole('button', { name: 'Add a connection' }).click()
    await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Orders')
    await form.getByRole('textbox', { name: 'URL' }).fill(`redis://:wrong@127.0.0.1:${redis.port}`)
    await form.getByRole('button', { name: 'Test' }).click()
    await expect(diagnosis.getByRole('listitem').filter({ hasText: 'failed' })).toContainText('login')
    await expect(diagnosis.getByRole('alert')).toContainText('Check user and password')

    await form.getByLabel('Password', { exact: true }).fill('opensesame')
    await form.getByRole('button', { name: 'Test' }).click()
    await expect(diagnosis).toContainText(/Redis 7\.\S+, standalone, primary/)
    await form.getByRole('radio', { name: 'staging' }).click()
    await form.getByRole('button', { name: 'Save' }).click()
    await expect(form).toBeHidden()

    const card = remote.getByRole('article', { name: 'Orders' })
    await expect(card).toContainText(`redis://:***@127.0.0.1:${redis.port}`)
    await card.getByRole('button', { name: 'Test' }).click()
    await expect(card.getByRole('status')).toContainText(/primary/)
    await card.getByRole('button', { name: 'Run here' }).click()
    await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Playground' }).click()
    const { startChatRoom, ledger, state } = playground(page)
    await startChatRoom()
    await expect.poll(() => ledger('Delivered')).toBeGreaterThan(3)
    expect(await state()).toMatchObject({ on: 'remote' })
    await expect(page.getByRole('button', { name: /^Orders\s+staging/ })).toBeVisible()

    const console = consoleOf(page)
    await console.open()
    await console.type('SET kept yes')
    await expect(console.output.getByText('OK', { exact: true })).toBeVisible()
    await console.type('FLUSHALL')
    const question = page.getByRole('alertdialog', { name: 'Send FLUSHALL to Orders?' })
    await expect(question).toContainText('deletes all keys of all databases')
    await question.getByRole('button', { name: 'Do not send it' }).click()
    await console.type('DBSIZE')
    await expect(console.output.getByText('(integer) 1')).toBeVisible()
    await console.type('FLUSHALL')
    await question.getByRole('button', { name: 'Send FLUSHALL' }).click()
    await console.type('DBSIZE')
    await expect(console.output.getByText('(integer) 0')).toBeVisible()

    // A window that was reloaded still says where it is.
    await page.reload()
    await expect(page.getByRole('button', { name: /^Orders\s+staging/ })).toBeVisible()
    await page.screenshot({ path: 'test-results/live-remote.png' })
    await page.getByRole('button', { name: /^Orders\s+staging/ }).click()
    await expect(page.getByRole('heading', { name: 'Deployment', exact: true })).toBeVisible()
    expect(await violations(page), 'a run on a remote server').toEqual([])
    await page.screenshot({ path: 'test-results/live-remote-chip.png' })

    // The password is nowhere that it could be read.
    const files = ['connections.json', 'settings.json'].map((name) => join(userData, name)).filter(existsSync)
    for (const text of [...files.map((file) => readFileSync(file, 'utf8')), log(), await page.content()]) {
      expect(text).not.toContain('opensesame')
    }
  } finally {
    await redis.stop()
  }
})

test('a read-only connection refuses to write, and a server that goes away is told of', async ({ start }) => {
  const redis = await startRedis()
  try {
    const { app, page } = await start()
    const { form, remote, open } = deploymentsOf(page)
    await open()
    await page.keyboard.press('n')
    await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Shop')
    await form.getByRole('textbox', { name: 'URL' }).fill(`redis://127.0.0.1:${redis.port}`)
    await form.getByRole('radio', { name: 'production' }).click()
    await expect(form.getByRole('textbox', { name: 'URL' })).toHaveValue(/readonly=true/)
    await form.getByRole('button', { name: 'Save' }).click()
    await remote.getByRole('article', { name: 'Shop' }).getByRole('button', { name: 'Run here' }).click()
    await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Scenarios' }).click()
    await page.getByRole('button', { name: /^Chat room Pub/ }).click()
    const chip = page.getByRole('button', { name: /^Shop\s+production/ })
    await expect(chip).toBeVisible()

    const console = consoleOf(page)
    await console.open()
    await console.type('SET a b')
    await expect(page.getByRole('alert')).toContainText('SET may write, and this connection is read-only')
    await console.type('PING')
    await expect(console.output.getByText('PONG')).toBeVisible()
    execFileSync('redis-cli', ['-p', String(redis.port), 'SET', 'seen', 'yes'])
    const data = dataOf(page)
    await data.open()
    await expect(data.key(/^seen/)).toBeVisible()

    await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Playground' }).click()
    await redis.stop()
    await expect(chip).toContainText('5 not connected')
    await expect(chip).not.toContainText('up')
    await chip.click()
    await expect(page.getByText(/^attempt \d+, again after \d+ ms/).first()).toBeVisible()
    await page.keyboard.press('Escape')
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.setContentSize(1024, 700))
    await expect.poll(() => page.evaluate(() => [innerWidth, innerHeight])).toEqual([1024, 700])
    await expect(chip).toBeInViewport({ ratio: 1 })
    await expect(page.getByRole('button', { name: 'Close the run' })).toBeInViewport({ ratio: 1 })
    await page.screenshot({ path: 'test-results/live-lost-small.png' })
  } finally {
    await redis.stop()
  }
})

for (const theme of ['light', 'dark'] as const) {
  test(`deployments and their form are accessible in the ${theme} theme`, async ({ start }) => {
    test.slow()
    const { app, page } = await start()
    await page.evaluate((value) => window.eventyard.call('settings.set', { theme: value }), theme)
    await page.reload()
    const { form, remote, open } = deploymentsOf(page)
    await open()
    for (const [name, environment] of [
      ['Orders', 'staging'],
      ['Shop', 'production'],
    ] as const) {
      await page.getByRole('button', { name: 'Add a connection' }).click()
      await form.getByRole('textbox', { name: 'Name', exact: true }).fill(name)
      await form.getByRole('textbox', { name: 'URL' }).fill('rediss://ana:pw@127.0.0.1:1')
      await form.getByRole('radio', { name: environment }).click()
      await form.getByRole('button', { name: 'Test' }).click()
      await expect(form.getByRole('alert')).toContainText('Nobody listens')
      if (name === 'Shop') {
        expect(await violations(page), 'form').toEqual([])
        await page.screenshot({ path: `test-results/connection-form-${theme}.png` })
      }
      await form.getByRole('button', { name: 'Save' }).click()
      await expect(form).toBeHidden()
    }
    await remote.getByRole('article', { name: 'Shop' }).getByRole('button', { name: 'Test' }).click()
    await expect(remote.getByRole('alert')).toContainText('Nobody listens')
    expect(await violations(page), 'deployments').toEqual([])
    await page.screenshot({ path: `test-results/deployments-${theme}.png` })
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.setContentSize(1024, 700))
    await expect.poll(() => page.evaluate(() => [innerWidth, innerHeight])).toEqual([1024, 700])
    await page.screenshot({ path: `test-results/deployments-small-${theme}.png` })
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)

    await remote.getByRole('button', { name: 'Remove Shop' }).click()
    await expect(remote.getByRole('article')).toHaveCount(1)
    await page.keyboard.press('Control+z')
    await expect(remote.getByRole('article')).toHaveCount(2)
  })
}

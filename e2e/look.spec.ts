/** The window's look: both themes without an axe violation, both languages, and a small window. */
import { expect, test } from './helpers/app'
import { violations } from './helpers/axe'
import { consoleOf } from './helpers/console'
import { dataOf } from './helpers/data'
import { playground } from './helpers/playground'

for (const theme of ['light', 'dark'] as const) {
  test(`every view is accessible in the ${theme} theme`, async ({ start }) => {
    test.slow() // five views, each looked at by axe
    const { page } = await start()
    const { startChatRoom, pause, node, shownMs } = playground(page)
    await page.evaluate((value) => window.eventyard.call('settings.set', { theme: value }), theme)
    await page.reload()
    const isDark = () => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)
    await expect.poll(isDark).toBe(theme === 'dark')

    await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeVisible()
    expect(await violations(page), 'start').toEqual([])
    for (const view of ['Scenarios', 'Settings']) {
      await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: view }).click()
      await expect(page.getByRole('heading', { name: view, level: 2 })).toBeVisible()
      expect(await violations(page), view).toEqual([])
    }
    await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Playground' }).click()
    await startChatRoom()
    await expect.poll(shownMs).toBeGreaterThan(7000)
    await pause.click()
    expect(await violations(page), 'playground').toEqual([])
    await node(/^dan, subscriber/).click()
    expect(await violations(page), 'playground with a selection').toEqual([])

    const { open, type, output } = consoleOf(page)
    await open()
    await page.getByRole('button', { name: 'Play', exact: true }).click()
    for (const line of ['HSET user:1 name ada', 'GET user:1', 'XADD log 1-1 a b', 'XGROUP CREATE log g 0']) {
      await type(line)
    }
    await expect(output.getByText('(error) WRONGTYPE')).toBeVisible()
    await page.keyboard.press('F1')
    await page.keyboard.type('clie')
    await expect(page.getByRole('complementary', { name: 'Help' })).toBeVisible()
    expect(await violations(page), 'console').toEqual([])

    const data = dataOf(page)
    await data.open()
    await data.key(/user:1/).click()
    await data.value.getByRole('button', { name: 'Add field' }).click()
    await expect(data.dock).toBeVisible()
    expect(await violations(page), 'data').toEqual([])
    await data.dock.getByRole('button', { name: 'Cancel' }).click()
    await data.key(/log/).click()
    await data.value.getByRole('radio', { name: 'Groups' }).click()
    await expect(data.value.getByRole('row', { name: /^g / })).toBeVisible()
    await page.screenshot({ path: `test-results/data-${theme}.png` })
    expect(await violations(page), 'data of a stream').toEqual([])
  })
}

test('the theme is switched in the window, at once and for good', async ({ start }) => {
  const { page } = await start()
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Settings' }).click()
  const theme = page.getByRole('radiogroup', { name: 'Theme' })
  await theme.getByRole('radio', { name: 'Light' }).click()
  await expect.poll(background).toBe('rgb(241, 244, 244)')
  await theme.getByRole('radio', { name: 'Dark' }).click()
  await expect.poll(background).toBe('rgb(14, 19, 21)')
  await expect
    .poll(() => page.evaluate(() => window.eventyard.call('settings.get', {})))
    .toMatchObject({ value: { theme: 'dark' } })
  await page.reload()
  await expect.poll(background).toBe('rgb(14, 19, 21)')
})

test('the language is switched without a restart, in the window and in the menu', async ({ start }) => {
  const { app, page } = await start()
  await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('combobox', { name: 'Language' }).selectOption({ label: '简体中文' })
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeHidden()
  const menu = () => app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label))
  await expect.poll(menu).toContain('文件(&F)')
})

test('everything is within reach at 1024 x 700', async ({ start }) => {
  const { app, page } = await start()
  const { startChatRoom, pause, timer } = playground(page)
  await startChatRoom()
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.setContentSize(1024, 700))
  await expect.poll(() => page.evaluate(() => [innerWidth, innerHeight])).toEqual([1024, 700])
  await expect(pause).toBeInViewport({ ratio: 1 })
  await expect(timer).toBeInViewport({ ratio: 1 })
  await expect(page.getByRole('region', { name: 'Graph' })).toBeInViewport({ ratio: 0.9 })
  const { open, input, type, output } = consoleOf(page)
  await open()
  await type('SET some:key value')
  await expect(output.getByText('OK', { exact: true })).toBeVisible()
  await expect(input).toBeInViewport({ ratio: 1 })
  await expect(page.getByRole('button', { name: 'Pause' })).toBeInViewport({ ratio: 1 })
  await page.screenshot({ path: 'test-results/console-small.png' })
  const data = dataOf(page)
  await data.open()
  await data.key(/some:key/).click()
  await expect(data.value.getByRole('button', { name: 'Delete' })).toBeInViewport({ ratio: 1 })
  await expect(page.getByRole('button', { name: 'Pause' })).toBeInViewport({ ratio: 1 })
  await page.screenshot({ path: 'test-results/data-small.png' })
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
})

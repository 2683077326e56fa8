/** A person and the data: browsing, editing, expiry, consumer groups, deletion and its undo, and a paused run. */
import type { Page } from '@playwright/test'
import { expect, test } from './helpers/app'
import { consoleOf } from './helpers/console'
import { dataOf } from './helpers/data'
import { playground } from './helpers/playground'

/** Types commands in the console, and waits for the last reply. */
async function fill(page: Page, ...lines: readonly string[]): Promise<void> {
  const { open, input, output, type } = consoleOf(page)
  await open()
  for (const line of lines) await type(line)
  await type('ECHO all-done')
  await expect(output.getByText('"all-done"')).toBeVisible()
  await input.blur()
}

test('keys of every type are browsed, filtered and edited', async ({ start }) => {
  const { page } = await start()
  await playground(page).startChatRoom()
  await fill(
    page,
    'SET user:1:name "J\\xc3\\xb6rg"',
    'HSET user:1:profile city Basel born 1980',
    'RPUSH queue:mail one two three',
    'SADD tags red green',
    'ZADD ranking 10 ada 20.5 bob',
    `SET session:9 '{"ok":true}' EX 900`,
  )
  const { open, key, value, dock, send } = dataOf(page)
  await open()
  await expect(key(/user:1:name string 5 embstr/)).toBeVisible()
  await expect(key(/session:9 string .* 1[45]:\d\d/)).toBeVisible()

  await key(/user:1:name/).click()
  await expect(value.getByText('Jörg')).toBeVisible()
  await value.getByRole('button', { name: 'Edit', exact: true }).click()
  await dock.getByRole('textbox', { name: 'Value' }).fill('Jürg')
  await expect(dock.getByText('SET user:1:name "J\\xc3\\xbcrg" KEEPTTL')).toBeVisible()
  await send()
  await expect(value.getByText('Jürg')).toBeVisible()
  await dock.getByRole('button', { name: 'Undo' }).click()
  await expect(value.getByText('Jörg')).toBeVisible()

  await key(/session:9/).click()
  await value.getByRole('radio', { name: 'JSON' }).click()
  await expect(value.getByText('"ok": true')).toBeVisible()

  await key(/user:1:profile/).click()
  await expect(value.getByRole('row', { name: /city Basel/ })).toBeVisible()
  await value.getByRole('button', { name: 'Add field' }).click()
  await dock.getByRole('textbox', { name: 'Field' }).fill('job')
  await dock.getByRole('textbox', { name: 'Value' }).fill('baker')
  await send()
  await expect(value.getByRole('row', { name: /job baker/ })).toBeVisible()
  await page.screenshot({ path: 'test-results/data-hash.png' })

  await key(/ranking/).click()
  await expect(value.getByRole('row', { name: /20.5 bob/ })).toBeVisible()
  await value.getByRole('button', { name: 'Edit ada' }).click()
  await dock.getByRole('textbox', { name: 'Score' }).fill('31')
  await expect(dock.getByText('ZADD ranking 31 ada')).toBeVisible()
  await send()
  await expect(value.getByRole('row', { name: /31 ada/ })).toBeVisible()

  await key(/queue:mail/).click()
  await value.getByRole('button', { name: 'Remove two' }).click()
  await send()
  await expect(value.getByRole('row', { name: /two/ })).toBeHidden()
  await expect(value.getByRole('row', { name: /1 three/ })).toBeVisible()

  await page.getByRole('combobox', { name: 'Type' }).selectOption('set')
  await expect(key(/tags/)).toBeVisible()
  await expect(key(/ranking/)).toBeHidden()
  await page.getByRole('combobox', { name: 'Type' }).selectOption('')
  await page.getByRole('searchbox', { name: 'Match, as user:*' }).fill('user:*')
  await page.keyboard.press('Enter')
  await expect(key(/queue/)).toBeHidden()
  await page.getByRole('button', { name: 'Tree by colon' }).click()
  await key(/^user: 2/).click()
  await key(/^1: 2/).click()
  await expect(key(/^profile/)).toBeVisible()
  await page.screenshot({ path: 'test-results/data-tree.png' })
})

test('a key expires, is renamed, deleted, and brought back', async ({ start }) => {
  const { page } = await start()
  await playground(page).startChatRoom()
  await fill(page, 'HSET cart:7 apple 2 pear 5', 'SET short-lived x')
  const { open, key, value, dock, send } = dataOf(page)
  await open()
  await key(/short-lived/).click()
  await value.getByRole('button', { name: 'TTL' }).click()
  await dock.getByRole('textbox', { name: 'Seconds' }).fill('1')
  await expect(dock.getByText('EXPIRE short-lived 1')).toBeVisible()
  await send()
  await expect(value.getByText('This key is gone.')).toBeVisible()
  await expect(key(/short-lived/)).toBeHidden()

  await key(/cart:7/).click()
  await value.getByRole('button', { name: 'Rename' }).click()
  await dock.getByRole('textbox', { name: 'New name' }).fill('cart:8')
  await send()
  await expect(key(/cart:8 hash 2/)).toBeVisible()
  await value.getByRole('button', { name: 'Delete' }).click()
  await expect(dock.getByText('DEL cart:8')).toBeVisible()
  await expect(dock.getByText('Can be undone.')).toBeVisible()
  await send()
  await expect(key(/cart:8/)).toBeHidden()
  await dock.getByRole('button', { name: 'Undo' }).click()
  await expect(key(/cart:8 hash 2/)).toBeVisible()
})

test('pending entries of a stream are claimed and acknowledged', async ({ start }) => {
  const { page } = await start()
  await playground(page).startChatRoom()
  await fill(
    page,
    'XADD orders 1-1 item tea',
    'XADD orders 2-1 item bread',
    'XADD orders 3-1 item salt',
    'XGROUP CREATE orders shop 0',
    'XREADGROUP GROUP shop ana COUNT 2 STREAMS orders >',
    'XGROUP CREATECONSUMER orders shop ben',
  )
  const { open, key, value, dock, send } = dataOf(page)
  await open()
  await key(/orders stream 3/).click()
  await expect(value.getByRole('row', { name: /2-1 item: bread/ })).toBeVisible()
  await value.getByRole('radio', { name: 'Groups' }).click()
  await expect(value.getByRole('row', { name: /shop 2 2 1 2 2-1/ })).toBeVisible()
  await value.getByRole('checkbox', { name: 'Mark 1-1' }).check()
  await value.getByRole('button', { name: 'Claim' }).click()
  await dock.getByRole('textbox', { name: /For consumer/ }).fill('ben')
  await expect(dock.getByText('XCLAIM orders shop ben 0 1-1')).toBeVisible()
  await send()
  await expect(value.getByRole('row', { name: /1-1 ben .* 2$/ })).toBeVisible()
  await page.screenshot({ path: 'test-results/data-stream.png' })
  await value.getByRole('checkbox', { name: 'Mark 2-1' }).check()
  await value.getByRole('button', { name: 'Acknowledge' }).click()
  await send()
  await expect(value.getByRole('row', { name: /2-1 ana/ })).toBeHidden()
})

test('a paused run is read, and a change waits until time goes on', async ({ start }) => {
  const { page } = await start()
  const { startChatRoom, state } = playground(page)
  await startChatRoom()
  await fill(page, 'SET colour blue')
  const { open, key, value, dock, send } = dataOf(page)
  await open()
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect.poll(async () => (await state()).status).toBe('paused')
  const { events } = await state()
  await key(/colour/).click()
  await expect(value.getByText('blue')).toBeVisible()
  await page.getByRole('button', { name: 'Read again' }).click()
  expect((await state()).events).toBe(events)

  await value.getByRole('button', { name: 'Edit', exact: true }).click()
  await dock.getByRole('textbox', { name: 'Value' }).fill('green')
  await send()
  await expect(dock.getByText('Sent. Time stands still, so it is still on its way.')).toBeVisible()
  await expect(value.getByText('blue')).toBeVisible()
  await dock.getByRole('button', { name: 'Resume' }).click()
  await expect(value.getByText('green')).toBeVisible()
})

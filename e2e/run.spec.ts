/** A person and the chat room: start, time, speaking up, losing a message and finding out why. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../scripts/lib/paths.mjs'
import { expect, test } from './helpers/app'
import { frames, playground } from './helpers/playground'

const run = promisify(execFile)

test('the chat room starts at one click, and its messages arrive', async ({ start }) => {
  const { page } = await start()
  const { startChatRoom, ledger, node } = playground(page)
  await startChatRoom()
  await expect(page.getByRole('heading', { name: 'Chat room', level: 1 })).toBeVisible()
  for (const name of [
    /^ana, publisher/,
    /^ben, publisher/,
    /^cleo, subscriber/,
    /^dan, subscriber/,
    /^eve, subscriber/,
  ]) {
    await expect(node(name)).toBeVisible()
  }
  await expect.poll(() => ledger('Delivered')).toBeGreaterThan(3)
  expect(await ledger('Lost')).toBe(0)
})

test('a pause freezes the clock, a step takes the next event, play goes on', async ({ start }) => {
  const { page } = await start()
  const { startChatRoom, pause, play, step, shownMs, state, timer } = playground(page)
  await startChatRoom()
  await expect.poll(shownMs).toBeGreaterThan(300)
  await pause.click()
  await expect(play).toBeVisible()

  const { nowUs, events } = await state()
  await frames(page, 2) // the last time is drawn with the next frame
  const shown = await timer.innerText()
  await frames(page, 60)
  expect(await state()).toMatchObject({ status: 'paused', nowUs, events })
  expect(await timer.innerText()).toBe(shown)

  await step.click()
  await expect.poll(async () => (await state()).events).toBe(events + 1)
  await expect.poll(async () => (await state()).status).toBe('paused')

  await play.click()
  await expect.poll(async () => (await state()).nowUs).toBeGreaterThan(nowUs + 200_000)
})

test('speed changes how fast the clock goes, up to as fast as possible', async ({ start }) => {
  const { page } = await start()
  const { startChatRoom, speed, state } = playground(page)
  await startChatRoom()
  const pace = async () => {
    const before = await state()
    const startedAt = Date.now()
    await frames(page, 30)
    return ((await state()).nowUs - before.nowUs) / 1000 / (Date.now() - startedAt)
  }
  await speed('0.1×').click()
  await expect.poll(async () => (await state()).speed).toBe(0.1)
  expect(await pace()).toBeLessThan(0.3)
  await speed('10×').click()
  await expect.poll(async () => (await state()).speed).toBe(10)
  expect(await pace()).toBeGreaterThan(3)
  await speed('max').click()
  await expect.poll(async () => (await state()).script.ended).toBe(true)
})

test('what is published by hand arrives', async ({ start }) => {
  const { page } = await start()
  const { startChatRoom, node, inspector, events } = playground(page)
  await startChatRoom()
  await node(/^ana, publisher/).click()
  await inspector.getByRole('textbox', { name: 'Message' }).fill('from the window')
  await expect(inspector.getByText('PUBLISH chatroom "from the window"')).toBeVisible()
  await inspector.getByRole('button', { name: 'Publish', exact: true }).click()
  await events.getByRole('textbox', { name: 'Filter events' }).fill('from the window')
  for (const name of ['cleo', 'dan', 'eve']) {
    await expect(events.getByRole('row', { name: new RegExp(`delivered ${name} chatroom`) })).toBeVisible()
  }
})

test('a message to someone who is away is lost, and the reason can be read', async ({ start }) => {
  const { page } = await start()
  const { startChatRoom, node, inspector, events, ledger } = playground(page)
  await startChatRoom()
  await node(/^cleo, subscriber/).click()
  await inspector.getByRole('button', { name: 'Disconnect' }).click()
  await expect(node(/^cleo, subscriber.*not connected/)).toBeVisible()
  await node(/^ana, publisher/).click()
  await inspector.getByRole('textbox', { name: 'Message' }).fill('did you hear this')
  await inspector.getByRole('button', { name: 'Publish', exact: true }).click()

  await events.getByRole('textbox', { name: 'Filter events' }).fill('did you hear this')
  await events.getByRole('row', { name: /lost cleo/ }).click()
  await expect(inspector.getByRole('heading', { name: /^Message \d+$/ })).toBeVisible()
  await expect(inspector.getByText('cleo had no connection when it was published.')).toBeVisible()
  await expect(inspector.getByRole('button', { name: /delivered eve/ })).toBeVisible()
  await inspector.getByRole('button', { name: 'Overview' }).click()
  expect(await ledger('Lost')).toBeGreaterThan(0)
})

test('actors come and go', async ({ start }) => {
  const { page } = await start()
  const { startChatRoom, node, inspector } = playground(page)
  await startChatRoom()
  await node(/^ben, publisher/).click()
  await inspector.getByRole('button', { name: 'Remove' }).click()
  await expect(node(/^ben, publisher/)).toBeHidden()
})

test('the same seed gives the same hash, in the window and on the command line', async ({ start }) => {
  const { page } = await start()
  const { startChatRoom, restart, speed, state } = playground(page)
  await startChatRoom()
  await speed('max').click()
  await expect.poll(async () => (await state()).script.hash).not.toBeNull()
  const first = await state()

  await restart.click()
  await expect.poll(async () => (await state()).run).toBe(first.run + 1)
  if ((await state()).speed !== 'max') await speed('max').click()
  await expect.poll(async () => (await state()).script.hash).toBe(first.script.hash)

  const { stdout } = await run(process.execPath, [join(root, 'dist/cli.cjs'), 'run', 'chat-room', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, hash: first.script.hash })
})

test('a broken scenario file is told of at its place, and the app goes on', async ({ start }) => {
  const { page } = await start()
  await page.evaluate(() => {
    const files = new DataTransfer()
    files.items.add(new File(['eventyard: 1\nname: [unclosed\n'], 'broken.yaml', { type: 'application/yaml' }))
    const drop = (type: string) =>
      document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: files }))
    drop('dragenter')
    drop('dragover')
    drop('drop')
  })
  await expect(page.getByRole('alert').filter({ hasText: /broken\.yaml:\d+:\d+/ })).toBeVisible()
  await playground(page).startChatRoom()
})

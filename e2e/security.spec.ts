/** The security checklist of the app, asserted on the app as it is built. */
import { expect, test } from './helpers/app'

test('the page is isolated, sandboxed and without Node', async ({ start }) => {
  const { app, page } = await start()
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    const contents = window!.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }
    return contents.getLastWebPreferences()
  })
  expect(preferences).toMatchObject({ contextIsolation: true, sandbox: true, nodeIntegration: false })
  expect(preferences).toMatchObject({ webSecurity: true, webviewTag: false })
  expect(preferences.nodeIntegrationInWorker ?? false).toBe(false)
  const globals = await page.evaluate(() =>
    ['require', 'process', 'module', 'Buffer', 'global', 'ipcRenderer', 'electron'].filter((name) => name in window),
  )
  expect(globals).toEqual([])
})

test('the bridge has its named functions and nothing of Electron', async ({ start }) => {
  const { page } = await start()
  expect(await page.evaluate(() => Object.keys(window.eventyard).sort())).toEqual([
    'call',
    'onCommand',
    'onConsole',
    'onState',
    'onTrace',
  ])
  const change = page.evaluate(() => {
    Object.assign(window.eventyard, { call: null })
  })
  await expect(change).rejects.toThrow()
})

test('the page comes from our own protocol with a strict policy', async ({ start }) => {
  const { page } = await start()
  expect(page.url()).toMatch(/^app:\/\/eventyard\//)
  const policy = await page.evaluate(async () => (await fetch('/')).headers.get('content-security-policy'))
  expect(policy).toContain("default-src 'self'")
  expect(policy).not.toContain('unsafe')
})

test('code from strings, inline scripts and inline styles do not run', async ({ start }) => {
  const { page } = await start()
  const found = await page.evaluate(async () => {
    // What Playwright itself evaluates is exempt from the policy; a frame's callback is the page's own.
    await new Promise((resolve) => requestAnimationFrame(resolve))
    const evaluated = (() => {
      try {
        // eslint-disable-next-line no-new-func -- that this throws is what is tested.
        return new Function('return 1')() as unknown
      } catch (error) {
        return (error as Error).name
      }
    })()
    const script = document.createElement('script')
    script.textContent = 'window.inlineScriptRan = true'
    const style = document.createElement('style')
    style.textContent = 'html { outline: 7px solid red }'
    document.head.append(script, style)
    return {
      evaluated,
      ran: 'inlineScriptRan' in window,
      outline: getComputedStyle(document.documentElement).outlineWidth,
    }
  })
  expect(found).toMatchObject({ evaluated: 'EvalError', ran: false })
  expect(found.outline).not.toBe('7px')
})

test('the page reaches no other address and embeds nothing', async ({ start }) => {
  const { page } = await start()
  const blocked = await page.evaluate(async () => {
    const directives: string[] = []
    document.addEventListener('securitypolicyviolation', (event) => directives.push(event.effectiveDirective))
    await fetch('https://127.0.0.1:9/').catch(() => undefined)
    const frame = document.createElement('iframe')
    frame.src = 'https://127.0.0.1:9/'
    const image = document.createElement('img')
    image.src = 'https://127.0.0.1:9/x.png'
    document.body.append(frame, image)
    while (directives.length < 3) await new Promise((resolve) => requestAnimationFrame(resolve))
    return directives.sort()
  })
  expect(blocked).toEqual(['connect-src', 'frame-src', 'img-src'])
})

test('the protocol serves the window and no other file', async ({ start }) => {
  const { page } = await start()
  const status = (path: string) => page.evaluate(async (url) => (await fetch(url)).status, path)
  expect(await status('/index.html')).toBe(200)
  expect(await status('/..%2f..%2fpackage.json')).toBe(403)
  expect(await status('/%2e%2e/%2e%2e/package.json')).toBe(404)
  expect(await status('/../main.cjs')).toBe(404)
})

test('the window stays where it is and opens no other', async ({ start }) => {
  const { app, page } = await start()
  const before = page.url()
  expect(await page.evaluate(() => window.open('https://example.com/'))).toBeNull()
  expect(await page.evaluate(() => window.open('about:blank'))).toBeNull()
  await page.evaluate(() => {
    const link = document.createElement('a')
    link.href = 'https://example.com/'
    document.body.append(link)
    link.click()
  })
  await page.evaluate(() => void (location.href = 'file:///etc/passwd'))
  await page.evaluate(() => {
    const webview = document.createElement('webview')
    webview.setAttribute('src', 'https://example.com/')
    document.body.append(webview)
  })
  expect(await page.evaluate(() => document.readyState)).toBe('complete')
  expect(page.url()).toBe(before)
  const contents = await app.evaluate(({ webContents }) => webContents.getAllWebContents().length)
  expect(contents).toBe(1)
})

test('only https links to known sites go to the browser', async ({ start }) => {
  const { app, page } = await start()
  await app.evaluate(({ shell }) => {
    const opened: string[] = []
    Object.assign(globalThis, { opened })
    shell.openExternal = (url) => Promise.resolve(void opened.push(url))
  })
  const links = [
    'https://redis.io/docs/latest/commands/publish/',
    'http://redis.io/',
    'https://redis.io.example.com/',
    'file:///etc/passwd',
  ]
  for (const link of links) await page.evaluate((url) => void window.open(url), link)
  const opened = () => app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened)
  await expect.poll(opened).toEqual(['https://redis.io/docs/latest/commands/publish/'])
})

test('permissions are refused', async ({ start }) => {
  const { page } = await start()
  const states = await page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read'] as PermissionName[]
    return Promise.all(names.map(async (name) => (await navigator.permissions.query({ name })).state))
  })
  expect(new Set(states)).toEqual(new Set(['denied']))
})

test('a page that is not ours gets no answer, even through our own preload script', async ({ start }) => {
  const started = await start()
  const answer = await started.app.evaluate(async ({ app, BrowserWindow }) => {
    const preload = `${app.getAppPath()}/dist/preload.cjs`
    const theirs = new BrowserWindow({
      show: false,
      webPreferences: { preload, sandbox: true, contextIsolation: true },
    })
    await theirs.loadURL('data:text/html,<p>not ours</p>')
    const outcome: unknown = await theirs.webContents.executeJavaScript("window.eventyard.call('settings.get', {})")
    theirs.destroy()
    return outcome
  })
  expect(answer).toMatchObject({ ok: false, error: { code: 'call.untrusted' } })
})

test('parameters are checked before anything is done', async ({ start }) => {
  const { page } = await start()
  const answers = await page.evaluate(() => {
    const call = window.eventyard.call as (name: string, params: unknown) => Promise<unknown>
    return Promise.all([
      call('settings.set', { theme: 'purple' }),
      call('settings.set', { unknown: true }),
      call('clipboard.write', { text: 1 }),
      call('app.info', null),
      call('no.such.call', {}),
    ])
  })
  const codes = answers.map((answer) => (answer as { error?: { code: string } }).error?.code)
  expect(codes).toEqual(['call.invalid', 'call.invalid', 'call.invalid', 'call.invalid', 'call.unknown'])
})

test('listeners are on the loopback address only', async ({ start }) => {
  const { page } = await start()
  const answers = await page.evaluate(async () => [
    await window.eventyard.call('run.start', { source: { kind: 'builtin', id: 'chat-room' }, paused: true }),
    await window.eventyard.call('guest.open', { port: 0 }),
  ])
  expect(answers).toMatchObject([
    { ok: true },
    { ok: true, value: { address: expect.stringMatching(/^127\.0\.0\.1:\d+$/) } },
  ])
})

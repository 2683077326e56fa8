/** Draws the icons of packaging/ from icon.svg, with Electron's own renderer. Run by hand when the picture changes. */
import { _electron } from '@playwright/test'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { electronRuntime, sandboxArguments } from './lib/electron-runtime.mjs'
import { icnsFile, icoFile } from './lib/icon-files.mjs'
import { root } from './lib/paths.mjs'
import { withDisplay } from './lib/with-display.mjs'

const folder = join(root, 'packaging')
const svg = readFileSync(join(folder, 'icon.svg'), 'base64')
const runtime = electronRuntime()
if (!runtime) throw new Error('There is no Electron: run "node scripts/setup.mjs test".')

const draw = `(async () => {
  const image = new Image()
  image.src = 'data:image/svg+xml;base64,${svg}'
  await image.decode()
  return [16, 24, 32, 48, 64, 128, 256, 512, 1024].map((size) => {
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = size
    canvas.getContext('2d').drawImage(image, 0, 0, size, size)
    return { size, url: canvas.toDataURL('image/png') }
  })
})()`

const drawn = await withDisplay(async (env) => {
  const app = await _electron.launch({
    executablePath: runtime.executable,
    args: [...runtime.appArguments, ...sandboxArguments()],
    env: /** @type {Record<string, string>} */ (env),
  })
  try {
    return await app.evaluate(async ({ BrowserWindow }, code) => {
      const window = new BrowserWindow({ show: false })
      await window.loadURL('data:text/html,<title>icons</title>')
      return /** @type {Promise<{ size: number, url: string }[]>} */ (window.webContents.executeJavaScript(code))
    }, draw)
  } finally {
    await app.close()
  }
})

const pictures = drawn.map(({ size, url }) => ({ size, png: Buffer.from(url.split(',')[1] ?? '', 'base64') }))
mkdirSync(join(folder, 'icons'), { recursive: true })
for (const { size, png } of pictures) {
  if (size !== 1024) writeFileSync(join(folder, 'icons', `${size}x${size}.png`), png)
}
writeFileSync(join(folder, 'icon.ico'), icoFile(pictures.filter(({ size }) => size <= 256)))
writeFileSync(join(folder, 'icon.icns'), icnsFile(pictures))
console.log(`drew ${pictures.map(({ size }) => size).join(', ')}`)

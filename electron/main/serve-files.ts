import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { appOrigin, contentSecurityPolicy } from './policy'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

export interface FileAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer> | null
}

/**
 * The answer to a request of the window for one of its own files. Whatever is not a plain GET of a file below `folder`
 * is refused: another host of our scheme, a way out of the folder, a kind of file that the window does not have.
 */
export async function answerFile(folder: string, method: string, address: string): Promise<FileAnswer> {
  const url = new URL(address)
  if (method !== 'GET' || `${url.protocol}//${url.host}` !== appOrigin) return refuse(403)
  let path: string
  try {
    path = decodeURIComponent(url.pathname)
  } catch {
    return refuse(400)
  }
  if (path === '/') path = '/index.html'
  const file = normalize(join(folder, path))
  if (path.includes('\0') || !file.startsWith(folder + sep)) return refuse(403)
  const type = types[extname(file)]
  if (!type) return refuse(404)
  try {
    return { status: 200, headers: { ...always, 'content-type': type }, body: new Uint8Array(await readFile(file)) }
  } catch {
    return refuse(404)
  }
}

const always = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const

function refuse(status: number): FileAnswer {
  return { status, headers: { ...always }, body: null }
}

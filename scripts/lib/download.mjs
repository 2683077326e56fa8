import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/**
 * Downloads `url` into `file` and checks its SHA-256 (hexadecimal). The bytes gather in `file.part`, from which a cut
 * download goes on, and take their name only when they are whole and right.
 *
 * @param {string} url
 * @param {string} file
 * @param {string} sha256
 * @param {{ answerMs?: number, stallMs?: number, onProgress?: (done: number, total: number) => void }} [options]
 */
export async function download(url, file, sha256, { answerMs = 5000, stallMs = 20_000, onProgress } = {}) {
  const part = `${file}.part`
  mkdirSync(dirname(file), { recursive: true })
  const have = existsSync(part) ? statSync(part).size : 0

  const controller = new AbortController()
  let timer = setTimeout(() => controller.abort(new Error(`no answer within ${answerMs} ms`)), answerMs)
  try {
    const response = await fetch(url, {
      signal: controller.signal,
      headers: have > 0 ? { range: `bytes=${have}-` } : {},
    })
    // 416: there is nothing after what we have, so it is whole, and the checksum decides.
    if (response.status !== 416) {
      if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`)
      const resumed = response.status === 206
      let done = resumed ? have : 0
      const total = done + Number(response.headers.get('content-length') ?? 0)
      const body = Readable.fromWeb(/** @type {import('node:stream/web').ReadableStream} */ (response.body))
      body.on('data', (/** @type {Uint8Array} */ chunk) => {
        clearTimeout(timer)
        timer = setTimeout(() => controller.abort(new Error(`nothing came for ${stallMs} ms`)), stallMs)
        done += chunk.length
        onProgress?.(done, total)
      })
      await pipeline(body, createWriteStream(part, { flags: resumed ? 'a' : 'w' }))
    }
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error
  } finally {
    clearTimeout(timer)
  }

  const found = await digest(part, 'sha256', 'hex')
  if (found !== sha256) {
    rmSync(part, { force: true })
    throw new Error(`its checksum is ${found}, not ${sha256}`)
  }
  renameSync(part, file)
}

/** @param {string} file @param {string} algorithm @param {'hex' | 'base64'} encoding */
export async function digest(file, algorithm, encoding) {
  const hash = createHash(algorithm)
  await pipeline(createReadStream(file), hash)
  return hash.digest(encoding)
}

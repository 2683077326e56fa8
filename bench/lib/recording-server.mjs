/**
 * `node recording-server.mjs PORT FILE`: a served node whose engine traces every event, as it does for a window. The
 * batches are handed to this thread, packed as they are, and go to the file column by column.
 */
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { root } from '../../scripts/lib/paths.mjs'

const [port, file] = process.argv.slice(2)
const out = createWriteStream(file ?? '/dev/null', { highWaterMark: 1024 * 1024 })
const scenario = 'eventyard: 1\nname: Served\nactors: {}\ndeployment: { latency: 0 }\nsteps: [{ at: 0s }]\n'
const worker = new Worker(join(root, 'dist/engine-worker.cjs'), {
  workerData: { scenariosFolder: join(root, 'scenarios'), observed: true },
})
let events = 0

/** @param {string} name @param {object} params */
const call = (name, params) => worker.postMessage({ kind: 'call', id: name, name, params })

worker.on('message', (message) => {
  if (message.kind === 'trace') record(message.batch)
  else if (message.kind === 'answer' && message.id === 'run.start') call('guest.open', { port: Number(port) })
  else if (message.kind === 'answer' && !message.outcome.ok) throw new Error(JSON.stringify(message.outcome))
})
call('run.start', { source: { kind: 'text', name: 'bench', text: scenario } })

/** @param {import('../../shared/trace/batch').TraceBatch} batch */
function record({ count, types, times, causes, values, numbers, texts }) {
  events += count
  for (const column of [types, times, causes, values, numbers, texts.characters, texts.ends]) {
    out.write(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
  }
  for (const text of texts.long.values()) out.write(text)
}

process.on('SIGTERM', () => {
  console.log(`${events} events recorded`)
  out.end(() => process.exit(0))
})

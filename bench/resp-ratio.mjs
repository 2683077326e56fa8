/**
 * How fast a simulated node is over TCP, against redis-server, by redis-benchmark on both in turn:
 *
 *   npm run bench -- resp-ratio [RUNS] [COMMAND,...|all] [KEYS]
 *
 * Prints the median of the pairs' ratios for each command, without pipelining and with 16 commands a write, untraced
 * and with every event traced, packed and recorded in a file, and PUBLISH with 10 and 100 subscribers. Beside the rates stand
 * the latencies, and the CPU time for a command, which other work on the machine changes least.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from '../scripts/lib/paths.mjs'
import { runProgram } from '../scripts/lib/with-display.mjs'
import { startReal, startRecording, startSimulated } from './lib/servers.mjs'

/** @typedef {import('./lib/servers.mjs').Server} Server */
/** @typedef {{ rate: number, p50: number, p99: number, cpuUs: number }} Measured */
/** @typedef {{ simulated: Measured, real: Measured }} Pair */

const CLIENTS = 50
/**
 * What redis-benchmark sends by itself, and XADD and PUBLISH. Without KEYS it sends `__rand_int__` as it stands, so
 * each command works on one key; with it, on as many as are asked for. @type {Record<string, readonly string[]>}
 */
const COMMANDS = {
  PING: ['PING'],
  SET: ['SET', 'key:__rand_int__', 'xxx'],
  GET: ['GET', 'key:__rand_int__'],
  INCR: ['INCR', 'counter:__rand_int__'],
  LPUSH: ['LPUSH', 'mylist', 'xxx'],
  LPOP: ['LPOP', 'mylist'],
  SADD: ['SADD', 'myset', 'element:__rand_int__'],
  HSET: ['HSET', 'myhash', 'element:__rand_int__', 'xxx'],
  ZADD: ['ZADD', 'myzset', '0', 'element:__rand_int__'],
  XADD: ['XADD', 'mystream', '*', 'myfield', 'mydata'],
  PUBLISH: ['PUBLISH', 'channel', 'xxx'],
}
const PORT = 7390
/**
 * Of a fan-out's row: half a second and more, so that the row tells of messages. Redis accepts a thousand clients in a
 * turn and we a few, which took a sixth of a row of 2,000 messages and is nothing to who stays connected.
 */
const DELIVERIES = 1_000_000
/** @type {readonly string[]} */
let keyOptions = []

/** @param {readonly string[]} args */
export async function run([runs = '5', only = 'all', keys]) {
  const names = only === 'all' ? Object.keys(COMMANDS) : only.toUpperCase().split(',')
  if (keys !== undefined) keyOptions = ['-r', keys]
  if ((await runProgram(process.execPath, [join(root, 'scripts/build.mjs'), '--if-stale'], { cwd: root })) !== 0) return
  for (const isTraced of [false, true]) {
    const real = await startReal(PORT)
    const simulated = await (isTraced ? startRecording : startSimulated)(PORT + 1)
    try {
      for (const pipeline of [1, 16]) {
        await compareCommands(names, Number(runs), pipeline, isTraced, { simulated, real })
      }
      if (!isTraced && names.includes('PUBLISH')) {
        for (const subscribers of [10, 100]) await compareFanOut(Number(runs), subscribers, { simulated, real })
      }
    } finally {
      await Promise.all([real.stop(), simulated.stop()])
    }
  }
}

/**
 * @param {readonly string[]} names @param {number} runs @param {number} pipeline @param {boolean} isTraced
 * @param {{ simulated: Server, real: Server }} servers
 */
async function compareCommands(names, runs, pipeline, isTraced, servers) {
  console.log(`\n-P ${pipeline}, ${CLIENTS} connections, ${isTraced ? 'every event traced and recorded' : 'trace off'}`)
  const ratios = []
  for (const name of names) {
    const requests = requestsFor(pipeline, isTraced)
    ratios.push(await compare(name, COMMANDS[name] ?? [name], runs, pipeline, requests, servers))
  }
  const geometricMean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length)
  console.log(`  geometric mean ${geometricMean.toFixed(2)}, worst ${Math.min(...ratios).toFixed(2)}`)
}

/** @param {number} runs @param {number} subscribers @param {{ simulated: Server, real: Server }} servers */
async function compareFanOut(runs, subscribers, servers) {
  console.log(`\nPUBLISH to ${subscribers} subscribers, ${CLIENTS} connections`)
  const listeners = []
  for (const { port } of [servers.simulated, servers.real]) {
    const listener = spawn(
      process.execPath,
      [join(root, 'bench/lib/subscribers.mjs'), String(port), String(subscribers)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    await once(listener.stdout, 'data')
    listeners.push(listener)
  }
  const command = /** @type {readonly string[]} */ (COMMANDS['PUBLISH'])
  await compare('PUBLISH', command, runs, 1, Math.round(DELIVERIES / subscribers), servers)
  for (const listener of listeners) listener.kill()
}

/**
 * One warm-up of each, then in turn, so that a machine that slows down slows both.
 *
 * @param {string} name @param {readonly string[]} command @param {number} runs @param {number} pipeline
 * @param {number} requests @param {{ simulated: Server, real: Server }} servers
 */
async function compare(name, command, runs, pipeline, requests, { simulated, real }) {
  if (name === 'LPOP') await fillLists(requests * (runs + 1), [simulated, real])
  await measure(simulated, command, pipeline, requests)
  await measure(real, command, pipeline, requests)
  /** @type {Pair[]} */
  const pairs = []
  for (let index = 0; index < runs; index++) {
    pairs.push({
      simulated: await measure(simulated, command, pipeline, requests),
      real: await measure(real, command, pipeline, requests),
    })
  }
  const ratio = median(pairs.map((pair) => pair.simulated.rate / pair.real.rate))
  console.log(`  ${name.padEnd(8)} ${ratio.toFixed(2)}   ${describe('simulated', pairs)}   ${describe('real', pairs)}`)
  return ratio
}

/** @param {'simulated' | 'real'} side @param {readonly Pair[]} pairs */
function describe(side, pairs) {
  const middle = (/** @type {keyof Measured} */ figure) => median(pairs.map((pair) => pair[side][figure]))
  const rate = Math.round(middle('rate')).toString().padStart(8)
  return `${side} ${rate}/s p50 ${middle('p50').toFixed(2)} p99 ${middle('p99').toFixed(2)} ms, ${middle('cpuUs').toFixed(1)} us CPU`
}

/** @param {number} pipeline @param {boolean} isTraced */
function requestsFor(pipeline, isTraced) {
  const requests = pipeline === 1 ? 100_000 : 400_000
  return isTraced ? requests / 2 : requests
}

/** LPOP is to find something each time. @param {number} count @param {readonly Server[]} servers */
async function fillLists(count, servers) {
  for (const server of servers) await measure(server, /** @type {readonly string[]} */ (COMMANDS['LPUSH']), 64, count)
}

/**
 * @param {Server} server @param {readonly string[]} command @param {number} pipeline @param {number} requests
 * @returns {Promise<Measured>}
 */
async function measure(server, command, pipeline, requests) {
  const cpuBefore = server.cpuSeconds()
  const options = ['-p', server.port, '-c', CLIENTS, '-P', pipeline, '-n', requests, ...keyOptions, '--csv']
  const child = spawn('redis-benchmark', [...options.map(String), ...command], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  await once(child, 'close')
  // "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
  const [, rate, , , p50, , p99] = (output.trim().split('\n').at(-1) ?? '')
    .split('","')
    .map((cell) => Number(cell.replaceAll('"', '')))
  if (!rate) throw new Error(`redis-benchmark said: ${output}`)
  const cpuUs = ((server.cpuSeconds() - cpuBefore) * 1e6) / requests
  return { rate, p50: p50 ?? NaN, p99: p99 ?? NaN, cpuUs }
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

import { beforeAll, expect, it } from 'vitest'
import { loadInterpreter, Sandbox, type HandlerHost } from './sandbox'

beforeAll(() => loadInterpreter())

function hostOf(replies: Readonly<Record<string, unknown>> = {}) {
  const calls: (readonly (string | number)[])[] = []
  const said: string[] = []
  const host: HandlerHost = {
    call: (words) => {
      calls.push(words)
      const reply = replies[String(words[0])]
      return reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply)
    },
    sleep: () => Promise.resolve(),
    acknowledge: () => {
      calls.push(['ack'])
      return Promise.resolve()
    },
    log: (text) => said.push(text),
    random: () => 0.5,
  }
  return { host, calls, said }
}

async function run(code: string, replies?: Readonly<Record<string, unknown>>) {
  const { host, calls, said } = hostOf(replies)
  const sandbox = new Sandbox('worker', code, host)
  const problem = await sandbox.run({ id: 'shop-1', body: 'order "1"', attempt: 1 }).then(
    () => undefined,
    (error: Error) => error.message,
  )
  sandbox.dispose()
  return { calls, said, problem }
}

it('calls Redis, and gets replies as plain data', async () => {
  const { calls, said } = await run(
    "const all = await redis.call('LRANGE', 'l', 0, -1); log(all, all.length, message.body, random(1, 6)); await ack()",
    { LRANGE: ['a', 1, null] },
  )
  expect(calls).toEqual([['LRANGE', 'l', 0, -1], ['ack']])
  expect(said).toEqual(['["a",1,null] 3 order "1" 4'])
})

it('fails with what the handler throws, what Redis says, and the line', async () => {
  expect((await run("\nfail('no stock')")).problem).toBe('no stock (line 2)')
  expect(
    (await run("await redis.call('INCR', 'a')", { INCR: new Error('ERR value is not an integer') })).problem,
  ).toMatch(/^ERR value is not an integer/)
  expect((await run('nobody.knows()')).problem).toMatch(/ReferenceError.*line 1/)
})

it('lets a handler deal with an error itself', async () => {
  const { said, problem } = await run("try { await redis.call('INCR', 'a') } catch (error) { log(error.message) }", {
    INCR: new Error('ERR wrong'),
  })
  expect({ said, problem }).toEqual({ said: ['ERR wrong'], problem: undefined })
})

it('says what is wrong with code that is no JavaScript', () => {
  expect(() => new Sandbox('worker', 'const = 1', hostOf().host)).toThrow(/worker/)
})

it.each([
  ['works for ever', 'for (;;) {}', /too long/],
  ['works for ever after a wait', 'await sleep(1); for (;;) {}', /too long/],
  ['takes all memory', "let s = 'x'; for (;;) s += s", /memory|long|RangeError|null/],
  ['calls itself for ever', 'const f = () => f() + 1; f()', /stack|InternalError/],
])('stops a handler that %s', async (_, code, problem) => {
  expect((await run(code)).problem).toMatch(problem)
  // And nobody else is the worse for it.
  expect((await run("log('well')")).said).toEqual(['well'])
})

it('gives nothing of the machine', async () => {
  const { said } = await run(
    'log(typeof process, typeof require, typeof fetch, typeof globalThis.__ask, typeof setTimeout, Math.random())',
  )
  expect(said).toEqual(['undefined undefined undefined undefined undefined 0.5'])
})

it('may be cut off in the middle', async () => {
  const { host } = hostOf()
  const sandbox = new Sandbox('worker', "await redis.call('BLPOP', 'q', 0)", {
    ...host,
    call: () => new Promise(() => undefined),
  })
  void sandbox.run({})
  sandbox.dispose()
  expect((await run("log('well')")).said).toEqual(['well'])
})

it('is one interpreter for one actor: what a handler keeps is there the next time', async () => {
  const { host, said } = hostOf()
  const sandbox = new Sandbox('worker', 'globalThis.n = (globalThis.n ?? 0) + 1; log(n)', host)
  await sandbox.run({})
  await sandbox.run({})
  expect(said).toEqual(['1', '2'])
})

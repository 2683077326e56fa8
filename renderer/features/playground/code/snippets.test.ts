import { describe, expect, it } from 'vitest'
import { languages, snippetOf, type CodeSpec } from './snippets'

const spec = (part: Partial<CodeSpec>): CodeSpec => ({
  ...{ role: 'consumer', queue: 'stream', key: 'orders', group: 'billing', name: 'billing-1', isSound: true },
  ...part,
})
const queues = ['list', 'delayed', 'priority', 'stream'] as const

/** What is left when names, quotes and case are set aside: the commands of any client. */
const commandsIn = (code: string) => code.toLowerCase().replaceAll('_', '')

describe('code', () => {
  it('names the queue in every language, for every role and kind', () => {
    for (const language of languages) {
      for (const role of ['producer', 'consumer'] as const) {
        for (const queue of queues) {
          for (const isSound of [true, false]) {
            expect(snippetOf(language, spec({ role, queue, isSound })), `${language} ${role} ${queue}`).toContain(
              'orders',
            )
          }
        }
      }
    }
  })

  it.each(languages)(
    'acknowledges an entry after its work in %s, where it is sound, and claims what others left',
    (one) => {
      const code = commandsIn(snippetOf(one, spec({})))
      expect(code).toContain('xautoclaim')
      expect(code.lastIndexOf('xack')).toBeGreaterThan(code.lastIndexOf(one === 'redis-cli' ? 'xreadgroup' : 'work('))
      const naive = commandsIn(snippetOf(one, spec({ isSound: false })))
      expect(naive).not.toContain('xautoclaim')
    },
  )

  it.each(languages)('keeps a job of a list on the server in %s, where it is sound', (one) => {
    const code = commandsIn(snippetOf(one, spec({ queue: 'list' })))
    expect(code).toContain('blmove')
    expect(code).toContain('orders:processing:billing-1')
    expect(commandsIn(snippetOf(one, spec({ queue: 'list', isSound: false })))).toContain('brpop')
  })

  it('cannot be broken out of by a queue’s name', () => {
    const key = 'a"); evil("\n'
    for (const language of ['ioredis', 'node-redis', 'redis-py', 'go-redis'] as const) {
      for (const role of ['producer', 'consumer'] as const) {
        const code = snippetOf(language, spec({ role, key, queue: 'list', isSound: false }))
        expect(code).toContain(JSON.stringify(key))
        expect(code.replaceAll(JSON.stringify(key), '')).not.toContain('evil')
      }
    }
  })

  it('is JavaScript that parses, for the clients of Node', () => {
    for (const language of ['ioredis', 'node-redis'] as const) {
      for (const role of ['producer', 'consumer'] as const) {
        for (const queue of queues) {
          for (const isSound of [true, false]) {
            const body = snippetOf(language, spec({ role, queue, isSound })).replace(/^import .*$/gm, '')
            // eslint-disable-next-line no-new-func -- only parsed, never run
            expect(() => new Function(`return async () => {${body}\n}`)).not.toThrow()
          }
        }
      }
    }
  })

  it('is BullMQ where there is one, and says so where there is none', () => {
    const bull: CodeSpec = { ...spec({}), queue: 'bull', key: '{orders}' }
    expect(snippetOf('ioredis', bull)).toContain('new Worker(')
    expect(snippetOf('ioredis', { ...bull, role: 'producer' })).toContain('queue.add(')
    expect(snippetOf('redis-py', bull)).toContain('from bullmq import Worker')
    expect(snippetOf('go-redis', bull)).toContain('no BullMQ for Go')
    expect(snippetOf('redis-cli', bull)).toContain("'bull:{orders}:wait'")
  })
})

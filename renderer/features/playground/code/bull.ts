/** Programs around a queue of BullMQ: for Node.js and Python, where it exists, and what is to be said of the others. */
import { quote, type BullSpec, type Language } from './snippets'

export function bullSnippet(language: Language, spec: BullSpec): string {
  switch (language) {
    case 'ioredis':
      return spec.role === 'producer' ? nodeQueue(spec) : nodeWorker(spec)
    case 'redis-py':
      return spec.role === 'producer' ? pythonQueue(spec) : pythonWorker(spec)
    case 'node-redis':
      return '// Eventyard runs BullMQ on ioredis: choose that to see what this actor does.'
    case 'go-redis':
      return '// There is no BullMQ for Go: add and take jobs in Node.js or Python.'
    case 'redis-cli':
      return `# BullMQ works with scripts of its own, so nothing is to be added or taken by hand. To look at a queue:
redis-cli LRANGE ${word(`bull:${spec.key}:wait`)} 0 -1
redis-cli LRANGE ${word(`bull:${spec.key}:active`)} 0 -1
redis-cli ZRANGE ${word(`bull:${spec.key}:failed`)} 0 -1`
  }
}

function nodeQueue({ key, isSound }: BullSpec): string {
  const options = isSound ? ", {\n  attempts: 3,\n  backoff: { type: 'exponential', delay: 1000 },\n}" : ''
  return `import { Queue } from 'bullmq'
import { Redis } from 'ioredis'

const queue = new Queue(${quote(key)}, { connection: new Redis() })

${isSound ? '' : '// One attempt: a job that fails is not tried again.\n'}await queue.add('job', { id, body }${options})`
}

function nodeWorker({ key, name, isSound }: BullSpec): string {
  const opening = `import { Worker } from 'bullmq'
import { Redis } from 'ioredis'

// Blocking commands wait for as long as it takes.
const connection = new Redis({ maxRetriesPerRequest: null })`
  if (!isSound) {
    return `${opening}

const worker = new Worker(${quote(key)}, async (job) => work(job.data), {
  connection,
  name: ${quote(name)},
  lockDuration: 1000, // a longer standstill, and another worker does the job as well
})
// Without a listener an error ends the process.
worker.on('error', console.error)`
  }
  return `${opening}

const worker = new Worker(
  ${quote(key)},
  async (job) => {
    await work(job.data) // may run twice: make it so that twice does no harm
  },
  { connection, name: ${quote(name)}, lockDuration: 30_000, maxStalledCount: 1 },
)
worker.on('failed', (job, error) => console.error('failed', job?.id, error))
worker.on('stalled', (id) => console.error('left behind', id))
worker.on('error', console.error)
process.on('SIGTERM', () => worker.close()) // what it has in hand it brings to an end`
}

function pythonQueue({ key, isSound }: BullSpec): string {
  const options = isSound
    ? '{"attempts": 3, "backoff": {"type": "exponential", "delay": 1000}}'
    : '{}  # one attempt: a job that fails is not tried again'
  return `import asyncio
from bullmq import Queue

async def main():
    queue = Queue(${quote(key)})
    options = ${options}
    await queue.add("job", {"id": id, "body": body}, options)
    await queue.close()

asyncio.run(main())`
}

function pythonWorker({ key, isSound }: BullSpec): string {
  const lock = isSound ? '30000' : '1000,  # a longer standstill, and another worker does the job as well'
  return `import asyncio
from bullmq import Worker

async def process(job, token):
    await work(job.data)${isSound ? '  # may run twice: make it so that twice does no harm' : ''}

async def main():
    worker = Worker(${quote(key)}, process, {
        "lockDuration": ${lock}
    })
    await asyncio.Event().wait()

asyncio.run(main())`
}

/** A word as a shell reads it: a hash tag has braces. */
function word(text: string): string {
  return /^[\w.:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** Python, for redis-py, and the bare commands, as redis-cli sends them. */
import { commandText } from '../../../composables/commands'
import { processingOf, quote, type QueueSpec } from './snippets'

const opening = `import json, time
import redis

r = redis.Redis(decode_responses=True)`

export function pythonProducer(spec: QueueSpec): string {
  const at = quote(spec.key)
  const value = 'json.dumps({"id": job_id, "body": body})'
  const put = {
    stream: `r.xadd(${at}, {"id": job_id, "body": body})`,
    list: `r.lpush(${at}, ${value})`,
    delayed: `r.zadd(${at}, {${value}: int(time.time() * 1000) + delay_ms})`,
    priority: `r.zadd(${at}, {${value}: priority})`,
  }[spec.queue]
  if (!spec.isSound) return `${opening}\n\n${put}  # an exception here loses the job`
  return `${opening}

try:
    ${put}
except redis.RedisError as error:
    # Nobody knows whether it was added: try again with the same id, and let consumers skip what they know.
    print("not confirmed", job_id, error)`
}

export function pythonConsumer(spec: QueueSpec): string {
  const at = quote(spec.key)
  if (spec.queue === 'stream') return pythonStream(spec)
  if (spec.queue === 'list' && spec.isSound) {
    const own = quote(processingOf(spec))
    return `${opening}

while True:
    # The server keeps the job in a list of this consumer's own until its work is done.
    element = r.blmove(${at}, ${own}, 5, "RIGHT", "LEFT")
    if element is None:
        continue
    try:
        work(json.loads(element))
        r.lrem(${own}, 1, element)
    except Exception as error:
        print("stays in", ${own}, error)  # for a reclaimer to put back`
  }
  const pop = spec.queue === 'list' ? `r.brpop(${at}, timeout=5)` : `r.bzpopmin(${at}, timeout=5)`
  return `${opening}

while True:
    popped = ${pop}
    if popped is None:
        continue
    # From here on only this process knows of the job: if it dies, the job is lost.
    work(json.loads(popped[1]))`
}

function pythonStream({ key, group, name, isSound }: QueueSpec): string {
  const [at, by, me] = [quote(key), quote(group), quote(name)]
  const read = `r.xreadgroup(${by}, ${me}, {${at}: ">"}, count=10, block=5000)`
  if (!isSound) {
    return `${opening}

while True:
    for _, entries in ${read}:
        for entry_id, fields in entries:
            r.xack(${at}, ${by}, entry_id)  # before the work: if it fails, nobody tries again
            work(fields)`
  }
  return `${opening}

try:
    r.xgroup_create(${at}, ${by}, id="0", mkstream=True)
except redis.ResponseError as error:
    if not str(error).startswith("BUSYGROUP"):
        raise
while True:
    # What others left behind comes first, then what is new.
    claimed = r.xautoclaim(${at}, ${by}, ${me}, 5000, "0-0", count=10)[1]
    fresh = [entry for _, entries in ${read} for entry in entries]
    for entry_id, fields in claimed + fresh:
        try:
            work(fields)  # may run twice: make it so that twice does no harm
            r.xack(${at}, ${by}, entry_id)
        except Exception as error:
            print("stays pending", entry_id, error)`
}

export function cliProducer({ queue, key }: QueueSpec): string {
  switch (queue) {
    case 'stream':
      return commandText('XADD', key, '*', 'id', 'job-1', 'body', 'hello')
    case 'list':
      return commandText('LPUSH', key, '{"id":"job-1","body":"hello"}')
    case 'delayed':
    case 'priority':
      return commandText('ZADD', key, queue === 'delayed' ? '1767225600000' : '1', '{"id":"job-1","body":"hello"}')
  }
}

export function cliConsumer(spec: QueueSpec): string {
  const { queue, key, group, name, isSound } = spec
  if (queue === 'stream') {
    const read = commandText(
      ...['XREADGROUP', 'GROUP', group, name, 'COUNT', '10', 'BLOCK', '5000', ...(isSound ? [] : ['NOACK'])],
      ...['STREAMS', key, '>'],
    )
    if (!isSound) return read
    return [
      commandText('XGROUP', 'CREATE', key, group, '0', 'MKSTREAM'),
      commandText('XAUTOCLAIM', key, group, name, '5000', '0-0', 'COUNT', '10'),
      read,
      commandText('XACK', key, group, '1767225600000-0'),
    ].join('\n')
  }
  if (queue === 'list') {
    if (!isSound) return commandText('BRPOP', key, '5')
    const own = processingOf(spec)
    return [commandText('BLMOVE', key, own, 'RIGHT', 'LEFT', '5'), commandText('LREM', own, '1', 'element')].join('\n')
  }
  return commandText('BZPOPMIN', key, '5')
}

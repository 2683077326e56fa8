/** Go, for go-redis. */
import { processingOf, quote, type QueueSpec } from './snippets'

const opening = `rdb := redis.NewClient(&redis.Options{Addr: "127.0.0.1:6379"})
ctx := context.Background()`

export function goProducer(spec: QueueSpec): string {
  const at = quote(spec.key)
  const put = {
    stream: `rdb.XAdd(ctx, &redis.XAddArgs{Stream: ${at}, Values: map[string]any{"id": id, "body": body}})`,
    list: `rdb.LPush(ctx, ${at}, job)`,
    delayed: `rdb.ZAdd(ctx, ${at}, redis.Z{Score: float64(time.Now().Add(delay).UnixMilli()), Member: job})`,
    priority: `rdb.ZAdd(ctx, ${at}, redis.Z{Score: priority, Member: job})`,
  }[spec.queue]
  if (!spec.isSound) return `${opening}\n\n${put} // its error is never looked at`
  return `${opening}

if err := ${put}.Err(); err != nil {
	// Nobody knows whether it was added: try again with the same id, and let consumers skip what they know.
	log.Println("not confirmed", id, err)
}`
}

export function goConsumer(spec: QueueSpec): string {
  const at = quote(spec.key)
  if (spec.queue === 'stream') return goStream(spec)
  if (spec.queue === 'list' && spec.isSound) {
    const own = quote(processingOf(spec))
    return `${opening}

for {
	// The server keeps the job in a list of this consumer's own until its work is done.
	element, err := rdb.BLMove(ctx, ${at}, ${own}, "RIGHT", "LEFT", 5*time.Second).Result()
	if err != nil { // redis.Nil where there was none
		continue
	}
	if err := work(element); err != nil {
		log.Println("stays in", ${own}, err) // for a reclaimer to put back
		continue
	}
	rdb.LRem(ctx, ${own}, 1, element)
}`
  }
  const isList = spec.queue === 'list'
  const pop = isList ? `rdb.BRPop(ctx, 5*time.Second, ${at})` : `rdb.BZPopMin(ctx, 5*time.Second, ${at})`
  return `${opening}

for {
	popped, err := ${pop}.Result()
	if err != nil { // redis.Nil where there was none
		continue
	}
	// From here on only this process knows of the job: if it dies, the job is lost.
	work(${isList ? 'popped[1]' : 'popped.Member.(string)'})
}`
}

function goStream({ key, group, name, isSound }: QueueSpec): string {
  const [at, by, me] = [quote(key), quote(group), quote(name)]
  const read = `rdb.XReadGroup(ctx, &redis.XReadGroupArgs{
		Group: ${by}, Consumer: ${me}, Streams: []string{${at}, ">"}, Count: 10, Block: 5 * time.Second,
	}).Result()`
  if (!isSound) {
    return `${opening}

for {
	streams, _ := ${read}
	for _, stream := range streams {
		for _, entry := range stream.Messages {
			rdb.XAck(ctx, ${at}, ${by}, entry.ID) // before the work: if it fails, nobody tries again
			work(entry.Values)
		}
	}
}`
  }
  return `${opening}

err := rdb.XGroupCreateMkStream(ctx, ${at}, ${by}, "0").Err()
if err != nil && !strings.HasPrefix(err.Error(), "BUSYGROUP") {
	log.Fatal(err)
}
for {
	// What others left behind comes first, then what is new.
	entries, _, _ := rdb.XAutoClaim(ctx, &redis.XAutoClaimArgs{
		Stream: ${at}, Group: ${by}, Consumer: ${me}, MinIdle: 5 * time.Second, Start: "0-0", Count: 10,
	}).Result()
	streams, _ := ${read}
	for _, stream := range streams {
		entries = append(entries, stream.Messages...)
	}
	for _, entry := range entries {
		if err := work(entry.Values); err != nil { // may run twice: make it so that twice does no harm
			log.Println("stays pending", entry.ID, err)
			continue
		}
		rdb.XAck(ctx, ${at}, ${by}, entry.ID)
	}
}`
}

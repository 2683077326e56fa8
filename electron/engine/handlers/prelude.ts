/** What a handler finds when it begins; docs/scenario-format.md tells of it. */
export const prelude = `
(() => {
  const [ask, tell, chance] = [__ask, __log, __random]
  delete globalThis.__ask
  delete globalThis.__log
  delete globalThis.__random
  const answer = async (name, words) => JSON.parse(await ask(name, JSON.stringify(words)))
  const text = (value) => (typeof value === 'string' ? value : JSON.stringify(value))
  const word = (value) => (typeof value === 'number' ? value : text(value))
  Object.assign(globalThis, {
    redis: Object.freeze({ call: (...words) => answer('call', words.flat().map(word)) }),
    publish: (channel, message) => answer('call', ['PUBLISH', channel, text(message)]),
    sleep: (ms) => answer('sleep', [ms]),
    ack: () => answer('ack', []),
    fail: (why) => { throw new Error(why === undefined ? 'failed' : text(why)) },
    log: (...words) => tell(words.map(text).join(' ')),
    random: (min, max) => (max === undefined ? chance() : min + Math.floor(chance() * (max - min + 1))),
  })
  Math.random = chance
})()
`

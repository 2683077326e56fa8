/** `node subscribers.mjs PORT COUNT`: so many connections that listen to "channel" and throw away what they hear. */
import { connect } from 'node:net'

const [port, count] = process.argv.slice(2).map(Number)
let listening = 0
for (let index = 0; index < (count ?? 0); index++) {
  const socket = connect(port ?? 0, '127.0.0.1')
  socket.write('SUBSCRIBE channel\r\n')
  socket.once('data', () => {
    if (++listening === count) console.log('ready')
  })
  socket.resume()
}

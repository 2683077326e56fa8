/**
 * A replica's connection to its primary: the handshake (PING, AUTH, REPLCONF, PSYNC), the picture of the data set, and
 * the stream that follows it. What goes wrong ends the link with a reason; whoever owns it tries again.
 */
import { Buffer } from 'node:buffer'
import { formatCommand } from '../persistence/aof-format'
import type { RedisNode } from '../node/redis-node'
import type { NodeConnection, SocketEnd } from '../ports'

/** What the primary offers: all of the data, or what comes after what this replica has. */
export interface LinkOwner {
  /** This was the primary until now, and hands its role over. */
  readonly isHandingOver: boolean
  /** The history and the last byte that this replica has, if it has any. */
  readonly resumePoint: { readonly id: string; readonly offset: number } | undefined
  /** The whole data set, and the history that begins with it. */
  loaded(picture: Uint8Array, id: string, offset: number): string | undefined
  /** It goes on where it was, in a history that may have another name now. */
  resumed(id: string | undefined): void
  /** Bytes of the stream. */
  streamed(chunk: Uint8Array): void
  /** The link is gone. */
  lost(why: string): void
}

type Step = 'connecting' | 'ping' | 'auth' | 'port' | 'ip' | 'capa' | 'psync' | 'size' | 'picture' | 'stream' | 'closed'

const EOF_MARK = /^\$EOF:(.{40})$/s

export class PrimaryLink implements SocketEnd {
  private step: Step = 'connecting'
  private connection: NodeConnection | undefined
  private text = ''
  private parts: Uint8Array[] = []
  private got = 0
  private size = 0
  private mark = ''
  private history = { id: '', offset: 0 }

  constructor(
    private readonly node: RedisNode,
    readonly host: string,
    readonly port: number,
    private readonly owner: LinkOwner,
  ) {}

  open(): void {
    const { network } = this.node
    if (!network) this.fail('no network')
    else this.connection = network.connect(this.host, this.port, this)
  }

  get localAddress(): string {
    return this.connection?.localAddress ?? ''
  }

  get isStreaming(): boolean {
    return this.step === 'stream'
  }

  /** Bytes of the picture so far, while one is coming. */
  get transferred(): { readonly got: number; readonly size: number } | undefined {
    return this.step === 'picture' || this.step === 'size' ? { got: this.got, size: this.size } : undefined
  }

  send(...argv: readonly string[]): void {
    this.connection?.write(formatCommand(argv))
  }

  close(): void {
    this.step = 'closed'
    this.connection?.close()
    this.connection = undefined
  }

  opened(): void {
    this.node.turn(() => {
      this.step = 'ping'
      this.send('PING')
    })
  }

  refused(code: string): void {
    this.node.turn(() => this.fail(code))
  }

  ended(code?: string): void {
    this.node.turn(() => this.fail(code ?? 'connection lost'))
  }

  data(chunk: Uint8Array): boolean {
    // Whoever brings the chunk uses it anew before a node that stands still comes to it.
    const bytes = this.node.isStalled ? Uint8Array.from(chunk) : chunk
    this.node.turn(() => {
      this.node.replication.heard()
      this.take(bytes)
    })
    return true
  }

  private take(chunk: Uint8Array): void {
    let rest = chunk
    while (rest.length > 0 && this.step !== 'closed') {
      if (this.step === 'stream') {
        this.owner.streamed(rest)
        return
      }
      rest = this.step === 'picture' ? this.takePicture(rest) : this.takeLine(rest)
    }
  }

  private takeLine(chunk: Uint8Array): Uint8Array {
    const end = chunk.indexOf(10)
    const length = end === -1 ? chunk.length : end + 1
    this.text += Buffer.from(chunk.buffer, chunk.byteOffset, length).toString('latin1')
    if (end !== -1) {
      const line = this.text.replace(/\r?\n$/, '')
      this.text = ''
      // An empty line keeps the connection alive while the primary prepares.
      if (line !== '') this.answer(line)
    }
    return chunk.subarray(length)
  }

  private answer(line: string): void {
    const { config } = this.node
    switch (this.step) {
      case 'ping':
        // A primary that asks for a password says so here, and gets it next.
        if (!line.startsWith('+') && !/^-(NOAUTH|NOPERM|ERR operation not permitted)/.test(line)) this.fail(line)
        else this.authenticate()
        return
      case 'auth':
        if (line.startsWith('-')) this.fail(line)
        else this.introduce()
        return
      case 'port':
        if (config.get('replica-announce-ip') !== '') {
          this.step = 'ip'
          this.send('REPLCONF', 'ip-address', config.get('replica-announce-ip'))
          return
        }
        this.tellCapabilities()
        return
      case 'ip':
        this.tellCapabilities()
        return
      case 'capa':
        this.step = 'psync'
        this.sendPsync()
        return
      case 'psync':
        this.answerPsync(line)
        return
      case 'size':
        this.beginPicture(line)
        return
      default:
        return
    }
  }

  private authenticate(): void {
    const { config } = this.node
    const password = config.get('masterauth')
    if (password === '') {
      this.introduce()
      return
    }
    this.step = 'auth'
    const user = config.get('masteruser')
    if (user === '') this.send('AUTH', password)
    else this.send('AUTH', user, password)
  }

  private introduce(): void {
    this.step = 'port'
    const announced = this.node.config.number('replica-announce-port')
    this.send('REPLCONF', 'listening-port', String(announced || this.node.port))
  }

  private tellCapabilities(): void {
    this.step = 'capa'
    this.send('REPLCONF', 'capa', 'eof', 'capa', 'psync2')
  }

  private sendPsync(): void {
    const point = this.owner.resumePoint
    const words = this.owner.isHandingOver ? ['FAILOVER'] : []
    if (point) this.send('PSYNC', point.id, String(point.offset + 1), ...words)
    else this.send('PSYNC', '?', '-1')
  }

  private answerPsync(line: string): void {
    const [word, id, offset] = line.split(' ')
    if (word === '+FULLRESYNC' && id?.length === 40 && offset !== undefined) {
      this.history = { id, offset: Number(offset) }
      this.step = 'size'
      this.got = 0
      this.size = 0
    } else if (word === '+CONTINUE') {
      this.step = 'stream'
      this.owner.resumed(id?.length === 40 ? id : undefined)
    } else {
      this.fail(line)
    }
  }

  private beginPicture(line: string): void {
    const marked = EOF_MARK.exec(line)
    if (line.startsWith('-')) this.fail(line)
    else if (marked) {
      this.mark = marked[1]!
      this.step = 'picture'
    } else if (/^\$\d+$/.test(line)) {
      this.mark = ''
      this.size = Number(line.slice(1))
      this.step = 'picture'
      if (this.size === 0) this.endPicture(new Uint8Array(0))
    } else {
      this.fail(`Bad protocol from MASTER, the first byte is not '$' (we received '${line}')`)
    }
  }

  /** Takes bytes of the picture; gives those that come behind it. */
  private takePicture(chunk: Uint8Array): Uint8Array {
    if (this.mark === '') {
      const taken = chunk.subarray(0, this.size - this.got)
      this.keep(taken)
      if (this.got === this.size) this.endPicture(Buffer.concat(this.parts))
      return chunk.subarray(taken.length)
    }
    // Nothing follows the mark before this side has acknowledged.
    this.keep(chunk)
    if (this.endsWithMark()) {
      const all = Buffer.concat(this.parts)
      this.endPicture(all.subarray(0, all.length - this.mark.length))
    }
    return chunk.subarray(chunk.length)
  }

  private keep(chunk: Uint8Array): void {
    this.parts.push(Uint8Array.from(chunk))
    this.got += chunk.length
  }

  private endsWithMark(): boolean {
    const { length } = this.mark
    if (this.got < length) return false
    let tail = Buffer.alloc(0)
    for (let at = this.parts.length - 1; at >= 0 && tail.length < length; at--) {
      tail = Buffer.concat([this.parts[at]!, tail])
    }
    return tail.subarray(tail.length - length).toString('latin1') === this.mark
  }

  private endPicture(picture: Uint8Array): void {
    this.parts = []
    const { id, offset } = this.history
    const problem = this.owner.loaded(picture, id, offset)
    if (problem !== undefined) {
      this.fail(problem)
      return
    }
    this.step = 'stream'
    // The primary begins with the stream when it hears that all is loaded.
    if (this.mark !== '') this.node.replication.sendAck()
  }

  private fail(why: string): void {
    if (this.step === 'closed') return
    this.close()
    this.owner.lost(why)
  }
}

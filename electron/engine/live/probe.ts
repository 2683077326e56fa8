/** A connection of the run's own to a server, for questions that no actor asks: nothing of it is in the trace. */
import { Buffer } from 'node:buffer'
import { bytesOf, type Bytes } from '../../../shared/bytes'
import { later } from '../host/machine'
import { OutsideSocket, type OutsideOptions } from '../host/outside-sockets'
import { ReplyDecoder } from '../../simulator/resp/reply-decoder'
import type { Reply } from '../../simulator/resp/reply'

/** An answer that is not there by then never comes. */
const PATIENCE_MS = 3000

interface Question {
  resolve(reply: Reply): void
  reject(error: Error): void
}

export class Probe {
  private readonly socket: OutsideSocket
  private readonly decoder = new ReplyDecoder()
  private questions: Question[] = []
  private cancelTimer: (() => void) | undefined
  private error: Error | undefined
  private readonly opened: Promise<void>
  private wake!: () => void
  private refuse!: (error: Error) => void

  private constructor(
    where: OutsideOptions,
    private readonly patienceMs: number,
  ) {
    const opened = new Promise<void>((resolve, reject) => {
      this.wake = resolve
      this.refuse = reject
    })
    // Whoever waits for it hears of it; nobody else has to.
    opened.catch(() => undefined)
    this.opened = opened
    this.socket = new OutsideSocket(where, {
      opened: () => this.wake(),
      data: (chunk) => this.receive(chunk),
      ended: (error) => {
        this.fail(error ?? Object.assign(new Error('the server closed the connection'), { code: 'CLOSED' }))
      },
    })
  }

  /** Rejects with the system's error, or after `patienceMs` with one whose code is ETIMEDOUT. */
  static async open(
    where: OutsideOptions,
    greeting: readonly (readonly string[])[] = [],
    patienceMs = PATIENCE_MS,
  ): Promise<Probe> {
    const probe = new Probe(where, patienceMs)
    const cancel = later(patienceMs, () => probe.fail(timedOut(`no connection within ${patienceMs} ms`)))
    try {
      await probe.opened
      for (const words of greeting) {
        const reply = await probe.call(...words)
        if (reply.kind === 'error') throw Object.assign(new Error(reply.text), { code: 'REPLY' })
      }
      return probe
    } catch (error) {
      probe.close()
      throw error
    } finally {
      cancel()
    }
  }

  get isOpen(): boolean {
    return this.error === undefined
  }

  call(...words: readonly string[]): Promise<Reply> {
    return this.send(words.map(bytesOf))
  }

  /** Rejects when the connection ends, or the answer does not come. An error reply is an answer. */
  send(argv: readonly Bytes[]): Promise<Reply> {
    if (this.error) return Promise.reject(this.error)
    return new Promise((resolve, reject) => {
      this.questions.push({ resolve, reject })
      const parts = argv.map((argument) => `$${argument.length}\r\n${argument}\r\n`)
      this.socket.send(Buffer.from(`*${argv.length}\r\n${parts.join('')}`, 'latin1'))
      this.watch()
    })
  }

  /** The text of a reply that has one, for INFO and its kin. Rejects with an error reply's. */
  async text(...words: readonly string[]): Promise<string> {
    const reply = await this.call(...words)
    if (reply.kind === 'error') throw new Error(reply.text)
    if (reply.kind === 'simple') return reply.text
    return reply.kind === 'bulk' || reply.kind === 'verbatim' ? reply.bytes : ''
  }

  close(): void {
    this.fail(Object.assign(new Error('the connection was closed'), { code: 'CLOSED' }))
  }

  private receive(chunk: Uint8Array): boolean {
    try {
      for (const reply of this.decoder.decode(chunk)) {
        if (reply.kind !== 'push') this.questions.shift()?.resolve(reply)
      }
    } catch (error) {
      this.fail(Object.assign(error as Error, { code: 'PROTOCOL' }))
    }
    this.watch()
    return true
  }

  private watch(): void {
    this.cancelTimer?.()
    this.cancelTimer = undefined
    if (this.questions.length === 0 || this.error) return
    this.cancelTimer = later(this.patienceMs, () => this.fail(timedOut(`no answer within ${this.patienceMs} ms`)))
  }

  private fail(error: Error): void {
    if (this.error) return
    this.error = error
    this.cancelTimer?.()
    this.socket.close()
    this.refuse(error)
    const { questions } = this
    this.questions = []
    for (const { reject } of questions) reject(error)
  }
}

function timedOut(message: string): Error {
  return Object.assign(new Error(message), { code: 'ETIMEDOUT' })
}

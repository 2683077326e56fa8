/** A request as it goes through Redis: JSON that says where the answer is to go. */
import { bytesOf, textOf, type Bytes } from '../../../shared/bytes'
import { unseal } from '../jobs/envelope'

export interface Request {
  readonly id: string
  readonly body: string
  /** A channel or a list; empty where nobody waits. */
  readonly replyTo: string
}

export function sealRequest(request: Request): Bytes {
  return bytesOf(JSON.stringify(request))
}

/** What others send is a request that wants no answer. */
export function requestOf(message: Bytes): Request {
  const { id, body } = unseal(message)
  const found = /"replyTo":"((?:[^"\\]|\\.)*)"/.exec(textOf(message))?.[1]
  return { id, body, replyTo: found === undefined ? '' : (JSON.parse(`"${found}"`) as string) }
}

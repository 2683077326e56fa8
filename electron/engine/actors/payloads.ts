/** What is published or added, each time something else. */
export interface Payloads {
  /** A template, filled anew each time. */
  readonly message: string
  /** Sent in turn, as they stand, and from the beginning again; undefined or none sends `message`. */
  readonly messages?: readonly string[] | undefined
}

/** The `n`th of them, from 1. */
export function payloadOf({ message, messages = [] }: Payloads, n: number, fill: (template: string) => string): string {
  return messages.length > 0 ? messages[(n - 1) % messages.length]! : fill(message)
}

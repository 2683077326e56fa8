/** A program that uses clients as anybody would, written once and run against any server, in real or in virtual time. */
export type ClientProgram = (place: Place) => Promise<unknown>

/** Where its server is, and the protocol to speak with it. */
export interface Place {
  readonly host: string
  readonly port: number
  readonly protocol: 2 | 3
}

/** What came of a program in a world. */
export interface WorldOutcome {
  /** What the program gave back, through JSON. */
  readonly result?: unknown
  /** What it, or the world under it, threw instead. */
  readonly error?: string
  readonly hash: string | null
  readonly events: number
  readonly virtualMs: number
  readonly wallMs: number
}

/** How to run a program in a world: `speed` as the window has it, as fast as possible unless told otherwise. */
export interface WorldRequest {
  readonly program: string
  readonly protocol?: 2 | 3
  readonly seed?: number
  readonly speed?: number | 'max'
}

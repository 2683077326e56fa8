/** Why bytes are no RDB file, or no value of one: what is wrong and where. */
export class RdbError extends Error {
  override readonly name = 'RdbError'

  constructor(
    readonly problem: string,
    readonly offset: number,
  ) {
    super(`${problem} at byte ${offset}`)
  }
}

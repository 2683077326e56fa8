/** What an entry of a stream's listpack says of itself first. */
export const StreamFlag = { none: 0, deleted: 1, sameFields: 2 } as const

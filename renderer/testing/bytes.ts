import type { Bytes } from '../../shared/bytes'

/** Text whose characters are bytes already. */
export const rawBytes = (text: string) => text as Bytes

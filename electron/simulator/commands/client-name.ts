import { error } from '../resp/reply'

/** Redis takes any printable ASCII without blanks as a name. */
export function isClientName(name: string): boolean {
  return /^[!-~]*$/.test(name)
}

export const invalidName = error('ERR Client names cannot contain spaces, newlines or special characters.')

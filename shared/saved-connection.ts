/**
 * Connections that a person has saved, as the window sees them: everything but their secrets, of which it only learns
 * that they are there. What was typed goes one way, from the window to main.
 */
import { z } from 'zod'
import { connectionSchema } from './connection'

z.config({ jitless: true })

/** What is at the other end, and so how careful to be. */
export const environments = ['dev', 'test', 'staging', 'production'] as const
export type Environment = (typeof environments)[number]

export const secretNames = ['password', 'sentinelPassword', 'key', 'passphrase'] as const
export type SecretName = (typeof secretNames)[number]

const id = z.string().min(1).max(100)
const name = z.string().trim().min(1).max(100)

/**
 * A connection as it is filled in. Certificates and the key are PEM texts or the paths of files, which are read anew at
 * each use. A secret that is not typed again stays as it was stored only if `keep` names it.
 */
export const connectionDraft = z.strictObject({
  /** Left out, the connection is a new one. */
  id: id.optional(),
  name,
  environment: z.enum(environments),
  connection: connectionSchema,
  /** Of the private key. */
  passphrase: z.string().max(10_000).optional(),
  keep: z.array(z.enum(secretNames)).default([]),
})
export type ConnectionDraft = z.output<typeof connectionDraft>

export const savedConnection = z.strictObject({
  id,
  name,
  environment: z.enum(environments),
  /** Without its secrets. */
  connection: connectionSchema,
  has: z.array(z.enum(secretNames)),
  /** Whether its secrets outlast the app: the system keeps them. Else they are forgotten when it ends. */
  isKept: z.boolean(),
})
export type SavedConnection = z.output<typeof savedConnection>

/** Whether this is the PEM itself and not the path of a file with it. */
export function isPemText(text: string): boolean {
  return text.includes('-----BEGIN')
}

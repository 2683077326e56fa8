import { z } from 'zod'
import { saying } from './quantities'

export const name = z
  .string()
  .regex(/^[\w.-]{1,40}$/, saying('is not a name', 'Use 1 to 40 letters, digits, "-", "_" or ".".'))
export const resource = z.string().min(1, saying('is empty', 'Write a name.')).max(512)

/** JavaScript that runs in the sandboxed interpreter. */
export const handlerCode = z.string().min(1).max(100_000)
export const resources = z.array(resource).max(50).default([])

import type { IpcMain, WebFrameMain } from 'electron'
import { calls, type CallName, type CallResult, type CheckedParams, type Outcome } from '../../shared/contract'
import { EventyardError, toErrorData } from '../../shared/errors'
import type { Log } from './log'
import { firstIssue } from './settings'

export type Handlers = {
  readonly [N in CallName]: (params: CheckedParams<N>) => CallResult<N> | Promise<CallResult<N>>
}

/** Answers every call of the contract, once its sender and its parameters have been checked. */
export function serveCalls(
  ipc: Pick<IpcMain, 'handle'>,
  handlers: Handlers,
  isTrusted: (frame: WebFrameMain | null) => boolean,
  log: Log,
): void {
  for (const name of Object.keys(calls) as CallName[]) {
    const { params: schema, result } = calls[name]
    const handler = handlers[name] as (params: unknown) => unknown
    ipc.handle(`call:${name}`, async (event, raw: unknown): Promise<Outcome<unknown>> => {
      try {
        if (!isTrusted(event.senderFrame)) throw new EventyardError('call.untrusted')
        const params = schema.safeParse(raw)
        if (!params.success) {
          const path = params.error.issues[0]?.path.map(String).join('.') || 'params'
          const values = { call: name, problem: firstIssue(params.error), path }
          throw new EventyardError('call.invalid', values, { cause: params.error })
        }
        // A wrong result is our own mistake, and tells more here than as a blank spot in the window.
        return { ok: true, value: result.parse(await handler(params.data)) }
      } catch (error) {
        if (!(error instanceof EventyardError)) log.error(`call ${name}`, error)
        return { ok: false, error: toErrorData(error) } // thrown, Electron would keep only the message
      }
    })
  }
}

import { useI18n } from 'vue-i18n'
import type { ErrorData } from '../../shared/errors'

/** An error's message and hint in the window's language; what the engine said stands in for a code not known here. */
export function useErrorText() {
  const { t, te } = useI18n()

  function say(error: ErrorData, part: 'message' | 'hint'): string {
    const key = `errors.${error.code.replaceAll('.', '_').replaceAll('-', '_')}.${part}`
    return te(key) ? t(key, error.values) : error[part]
  }

  return {
    messageOf: (error: ErrorData) => say(error, 'message'),
    hintOf: (error: ErrorData) => say(error, 'hint'),
  }
}

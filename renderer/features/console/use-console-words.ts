import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { formatCount } from '../../composables/format'
import type { ConsoleWords } from './entry-lines'

/** The console's own words in the language of the window. */
export function useConsoleWords(): ComputedRef<ConsoleWords> {
  const { t } = useI18n()
  return computed(() => ({
    omitted: (count, what) => t(`console.omitted.${what}`, { n: formatCount(count) }),
    note: (key, values) => t(key, values),
    lost: (why) => t(`console.lost.${why.replace(' ', '-')}`),
    silent: t('console.silent'),
  }))
}

import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** The checks of WCAG 2.2 AA, and axe's own good practices. */
export async function violations(page: Page): Promise<string[]> {
  // Electron opens no second page, which axe would otherwise gather its results in.
  const { violations: found } = await new AxeBuilder({ page }).setLegacyMode().analyze()
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${String(target)} ${failureSummary}`),
  )
}

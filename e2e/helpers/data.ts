import { expect, type Page } from '@playwright/test'

/** The view of the data as a person finds it. */
export function dataOf(page: Page) {
  const keys = page.getByRole('tree', { name: 'Keys' })
  const value = page.getByRole('region', { name: 'Value', exact: true }).first()
  const dock = page.getByRole('region', { name: 'Change' })
  return {
    keys,
    value,
    dock,
    key: (name: string | RegExp) => keys.getByRole('treeitem', { name }),
    async open() {
      await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Data' }).click()
      await expect(keys).toBeVisible()
    },
    async send() {
      await dock.getByRole('button', { name: 'Send' }).click()
    },
  }
}

import { expect, type Page } from '@playwright/test'

/** The console as a person finds it. */
export function consoleOf(page: Page) {
  const input = page.getByRole('combobox', { name: 'Command' })
  const output = page.getByRole('log', { name: 'Console output' })
  return {
    input,
    output,
    /** Opens it from anywhere by its keys. */
    async open() {
      await page.keyboard.press('g')
      await page.keyboard.press('c')
      await expect(input).toBeVisible()
    },
    async type(line: string) {
      await input.fill(line)
      await input.press('Enter')
    },
    /** Its rows, as text. */
    async rows() {
      return (await output.locator('.row').allInnerTexts()).map((row) => row.trimEnd())
    },
  }
}

import { expect, type Page } from '@playwright/test'

/** The Cluster view as a person finds it. */
export function clusterOf(page: Page) {
  const view = page.getByRole('region', { name: 'Cluster', exact: true })
  const machines = view.getByRole('group', { name: 'Nodes and actors' })
  const tray = view.getByRole('toolbar', { name: 'Break tray' })
  const faults = view.getByRole('list', { name: 'Active faults' })
  return {
    view,
    machines,
    tray,
    faults,
    slots: view.getByRole('group', { name: 'Hash slots' }),
    failover: view.getByRole('region', { name: 'Failover' }),
    story: page.getByRole('complementary', { name: 'Inspector' }),
    machine: (name: string | RegExp) => machines.getByRole('button', { name }),
    tool: (name: string) => tray.getByRole('button', { name }),
    options: (name: string) => view.getByRole('form', { name }),

    /** Starts three primaries with a replica each from the start view. */
    async startCluster() {
      const form = page.getByRole('form', { name: 'Your own deployment' })
      await form.getByRole('radio', { name: 'cluster' }).click()
      await form.getByRole('button', { name: 'Start it' }).click()
      await expect(machines.getByRole('button', { name: 'node-6, replica' })).toBeVisible()
    },
  }
}

/** Drops a scenario file onto the window. */
export async function dropScenario(page: Page, name: string, text: string): Promise<void> {
  await page.evaluate(
    ([fileName, yaml]) => {
      const files = new DataTransfer()
      files.items.add(new File([yaml!], fileName!, { type: 'application/yaml' }))
      for (const type of ['dragenter', 'dragover', 'drop']) {
        document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: files }))
      }
    },
    [name, text],
  )
}

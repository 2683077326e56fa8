/** Mounts a part of the Cluster view with a deployment around it. For tests only. */
import { defineComponent, h, type Component } from 'vue'
import type { DeploymentView } from '../../../shared/deployment-view'
import { useDeployment } from '../../stores/deployment'
import { mountInApp, settle, type Mounted } from '../../testing/mount-app'
import { createCluster, provideCluster } from './use-cluster'

export interface MountedInCluster extends Mounted {
  /** The deployment is another from now on. */
  readonly become: (view: DeploymentView) => Promise<void>
  readonly button: (text: string | RegExp) => HTMLButtonElement
  /** Parameters of the calls of a name, in their order. */
  readonly calls: (name: string) => readonly unknown[]
}

export async function mountInCluster(
  component: Component,
  view: DeploymentView,
  props: Record<string, unknown> = {},
): Promise<MountedInCluster> {
  const around = defineComponent(() => {
    const deployment = useDeployment()
    provideCluster(createCluster())
    return () => (deployment.view ? h(component, props) : null)
  })
  const mounted = await mountInApp(around, { startAtMs: 0 })
  const become = async (next: DeploymentView) => {
    mounted.bridge.deploy(next)
    await useDeployment().refresh()
    await settle()
  }
  await become(view)
  return {
    ...mounted,
    become,
    // Menus and popovers are at the end of the page, outside of what was mounted.
    button: (text) =>
      [...document.querySelectorAll('button, [role="menuitem"]')].find((one) => {
        const label = one.getAttribute('aria-label') ?? one.textContent.trim()
        return typeof text === 'string' ? label === text : text.test(label)
      }) as HTMLButtonElement,
    calls: (name) => mounted.bridge.called.filter((call) => call.name === name).map(({ params }) => params),
  }
}

/** What clients of a cluster believe of its slots. They learn it when they connect, and when somebody sends them elsewhere. */
import type { DeploymentView } from '../../../shared/deployment-view'
import type { Actor } from '../actors/actor'
import type { World } from '../world/world'

/** Reads the maps as ioredis has them; who has none is left out. */
export function slotMaps(world: World, actors: readonly Actor[]): DeploymentView['slotMaps'] {
  return actors.flatMap((actor) => {
    const { slotMap } = actor
    if (!actor.isStarted || !slotMap) return []
    const ranges: DeploymentView['slotMaps'][number]['ranges'] = []
    for (let slot = 0; slot < slotMap.length; slot++) {
      const address = slotMap[slot]?.[0]
      if (address === undefined) continue
      const last = ranges[ranges.length - 1]
      const node = world.nameAt(address)
      if (last?.node === node && last.last === slot - 1) last.last = slot
      else ranges.push({ first: slot, last: slot, node })
    }
    return [{ actor: actor.name, ranges }]
  })
}

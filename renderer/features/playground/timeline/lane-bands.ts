/** For how long a machine was down, paused, or cut off: bands behind the marks of its lane, each from the event that began it. */
import type { TraceEvent } from '../../../../shared/trace/event-types'

export type BandKind = 'down' | 'paused' | 'apart'

export interface Band {
  readonly kind: BandKind
  readonly machine: string
  /** What began it. */
  readonly seq: number
  readonly fromUs: number
  /** Infinity while it lasts. */
  readonly toUs: number
}

/** From what happened to the deployment and to actors, the oldest first. */
export function bandsOf(incidents: readonly TraceEvent[]): Band[] {
  const bands: Band[] = []
  const open = new Map<string, Band>()
  const begin = (kind: BandKind, machine: string, { seq, t }: TraceEvent, id: string = kind) => {
    const key = `${id}\n${machine}`
    if (!open.has(key)) open.set(key, { kind, machine, seq, fromUs: t, toUs: Infinity })
  }
  const end = (machine: string, { t }: TraceEvent, ...ids: readonly string[]) => {
    for (const id of ids) {
      const band = open.get(`${id}\n${machine}`)
      if (!band) continue
      open.delete(`${id}\n${machine}`)
      bands.push({ ...band, toUs: t })
    }
  }
  for (const event of incidents) {
    switch (event.type) {
      case 'node.killed':
        end(event.node, event, 'paused')
        begin('down', event.node, event)
        break
      case 'node.started':
        end(event.node, event, 'down', 'paused')
        break
      case 'node.paused':
        begin('paused', event.node, event)
        break
      case 'node.resumed':
        end(event.node, event, 'paused')
        break
      case 'actor.paused':
        begin('paused', event.actor, event)
        break
      case 'actor.killed':
        begin('down', event.actor, event)
        break
      case 'actor.resumed':
      case 'actor.left':
        end(event.actor, event, 'paused')
        break
      case 'actor.joined':
        end(event.actor, event, 'paused', 'down')
        break
      case 'partition.made':
        for (const machine of smallerSides(event.sides)) begin('apart', machine, event, `fault ${event.fault}`)
        break
      case 'partition.healed':
        for (const machine of smallerSides(event.sides)) end(machine, event, `fault ${event.fault}`)
        break
      case 'link.cut':
        for (const machine of endsOf(event)) begin('apart', machine, event, `fault ${event.fault}`)
        break
      case 'link.healed':
        for (const machine of endsOf(event)) end(machine, event, `fault ${event.fault}`)
    }
  }
  return [...bands, ...open.values()].sort((a, b) => a.fromUs - b.fromUs || a.seq - b.seq)
}

/** All but the largest side: those are walled in on the map too. */
function smallerSides(sides: string): string[] {
  const groups = sides.split(' | ').map((side) => side.split(', '))
  return groups
    .sort((a, b) => a.length - b.length)
    .slice(0, -1)
    .flat()
}

function endsOf({ from, to }: { readonly from: string; readonly to: string }): string[] {
  return `${from}, ${to}`.split(', ')
}

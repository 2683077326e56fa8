/** The guests of a run: programs outside the world that talk to its node over TCP, shown as actors of their own. */
import { GuestListener, type Guest, type GuestHost } from '../host/guest-listener'
import type { Peer } from '../world/delivery'
import type { MainLoop } from '../world/main-loop'
import type { World } from '../world/world'
import type { ClientHandle } from '../../simulator/ports'

interface Attached {
  readonly peer: Peer
  readonly handle: ClientHandle
}

// Far above the numbers that the simulated network gives its connections.
const FIRST_CONNECTION = 1_000_000

export class Guests {
  private listener: GuestListener | null = null
  private readonly attached = new Map<number, Attached>()
  private hadAny = false

  constructor(
    private readonly world: World,
    private readonly loop: MainLoop,
    private readonly changed: () => void,
  ) {}

  get state(): { address: string | null; clients: number; ever: boolean } {
    return { address: this.listener?.address ?? null, clients: this.attached.size, ever: this.hadAny }
  }

  /** Throws `port.in-use` or `port.refused`. */
  async open(port: number): Promise<string> {
    this.close()
    this.listener = await GuestListener.open(port, this.host())
    this.changed()
    return this.listener.address
  }

  close(): void {
    this.listener?.close()
    this.listener = null
    this.changed()
  }

  private host(): GuestHost {
    const { world, loop } = this
    const node = world.nodes[0]!
    return {
      external: (run) => loop.external(run),
      accept: (guest, transport) => {
        // Its real time and the world's must go together from now on.
        this.hadAny = true
        world.trace.stopHashing()
        if (loop.speed !== 1) loop.speed = 1
        const peer: Peer = { actor: nameOf(guest), connection: FIRST_CONNECTION + guest.number, node: node.name }
        const handle = node.connect(transport)
        if (world.isObserved) {
          world.delivery.join(peer.actor, 'guest')
          world.delivery.peerOpened(handle.id, peer, guest.address)
        }
        this.attached.set(guest.number, { peer, handle })
        this.changed()
        return handle
      },
      arrived: (guest, marks) => {
        const attached = this.attached.get(guest.number)
        if (attached) for (const mark of marks) world.delivery.peerArrived(attached.peer, attached.handle.id, mark)
      },
      left: (guest, why) => {
        const attached = this.attached.get(guest.number)
        if (!attached) return
        this.attached.delete(guest.number)
        if (world.isObserved) {
          world.delivery.peerClosed(attached.peer, why)
          world.delivery.leave(attached.peer.actor)
        }
        this.changed()
      },
    }
  }
}

function nameOf(guest: Guest): string {
  return `guest-${guest.number}`
}

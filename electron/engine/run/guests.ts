/** The guests of a run: programs outside the world that talk to its nodes over TCP, shown as actors of their own. */
import { problemOf } from '../../../shared/errors'
import { GuestListener, type Guest, type GuestHost } from '../host/guest-listener'
import type { NodeProcess } from '../../simulator/node/node-process'
import type { Cancel, ClientHandle } from '../../simulator/ports'
import type { Peer } from '../world/roster'
import type { MainLoop } from '../world/main-loop'
import type { World } from '../world/world'

interface Attached {
  readonly peer: Peer
  readonly handle: ClientHandle
}

// Far above the numbers that the simulated network gives its connections.
const FIRST_CONNECTION = 1_000_000

export class Guests {
  /** By the names of their nodes. */
  private readonly listeners = new Map<string, GuestListener>()
  private readonly attached = new Map<number, Attached>()
  private readonly unfollow: Cancel
  private count = 0
  private hadAny = false
  private isOpen = false

  constructor(
    private readonly world: World,
    private readonly loop: MainLoop,
    /** The nodes are open now, or closed. */
    private readonly changed: () => void,
  ) {
    this.unfollow = world.followProcesses((process) => void this.processChanged(process))
  }

  get state(): { address: string | null; clients: number; ever: boolean } {
    const [first] = this.listeners.values()
    return { address: first?.address ?? null, clients: this.attached.size, ever: this.hadAny }
  }

  get addresses(): readonly { readonly node: string; readonly address: string }[] {
    return [...this.listeners].map(([node, { address }]) => ({ node, address }))
  }

  /**
   * Opens the nodes that run. A single node can be at any port; those of a larger deployment are where they tell each
   * other and their clients that they are. Throws `port.in-use` or `port.refused`, and then none is open.
   */
  async open(port: number): Promise<string> {
    this.close()
    this.isOpen = true
    try {
      for (const process of this.world.processes) {
        if (process.isRunning) await this.listen(process, this.world.topology === 'standalone' ? port : process.port)
      }
    } catch (error) {
      this.close()
      throw error
    }
    this.changed()
    return this.state.address ?? ''
  }

  close(): void {
    this.isOpen = false
    for (const listener of this.listeners.values()) listener.close()
    this.listeners.clear()
    this.changed()
  }

  dispose(): void {
    this.unfollow()
    this.close()
  }

  private async listen(process: NodeProcess, port: number): Promise<void> {
    this.listeners.set(process.name, await GuestListener.open(port, this.host(process)))
  }

  /** A process that ends gives up its port, and takes it again when it is back. */
  private async processChanged(process: NodeProcess): Promise<void> {
    const listener = this.listeners.get(process.name)
    if (!this.isOpen || process.isRunning === (listener !== undefined)) return
    if (listener) {
      this.listeners.delete(process.name)
      listener.close()
    } else {
      try {
        await this.listen(process, process.port)
      } catch (error) {
        this.world.trace.append({ type: 'note', text: `${process.name} is not open to guests: ${problemOf(error)}` })
      }
    }
    this.changed()
  }

  private host(process: NodeProcess): GuestHost {
    const { world, loop } = this
    return {
      external: (run) => loop.external(() => process.pass(run)),
      number: () => ++this.count,
      accept: (guest, transport) => {
        // Its real time and the world's must go together from now on.
        this.hadAny = true
        world.trace.stopHashing()
        if (loop.speed !== 1) loop.speed = 1
        const peer: Peer = { actor: nameOf(guest), connection: FIRST_CONNECTION + guest.number, node: process.name }
        const handle = process.node.connect(transport)
        if (world.isObserved) {
          world.delivery.join(peer.actor, 'guest')
          world.delivery.peerOpened(handle.id, peer, guest.address)
        }
        // Whoever looks hears of it at the loop's next pulse: to tell of each would cost more than to welcome it.
        this.attached.set(guest.number, { peer, handle })
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
      },
    }
  }
}

function nameOf(guest: Guest): string {
  return `guest-${guest.number}`
}

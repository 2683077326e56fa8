/**
 * A process whose clock, timers, chance and network are a world's, for clients that are not ours: it runs the programs
 * that it is asked for, one world after the other, and prints a line of JSON for each. As in `worker.ts`, the world is
 * in place before anything is loaded that might keep a reference to the machine's.
 */
import { argv, stdout } from 'node:process'
import '../host/machine'
import { installVirtualGlobals } from '../host/virtual-globals'
import { installVirtualNet } from '../host/virtual-net'
import type { WorldRequest } from './client-program'

installVirtualGlobals()
installVirtualNet()

void import('./run-in-world').then(async ({ runInWorld }) => {
  let run = 0
  for (const request of JSON.parse(argv[2]!) as WorldRequest[]) {
    stdout.write(`${JSON.stringify(await runInWorld(request, ++run))}\n`)
  }
})

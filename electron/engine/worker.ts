/**
 * The engine's thread. The order matters: the globals become the world's before anything that might keep a reference
 * to the machine's is loaded, ioredis above all, so the engine itself comes in by a dynamic import.
 */
import { parentPort, workerData } from 'node:worker_threads'
// Keep the machine's own timers and sockets before they are replaced.
import './host/machine'
import './host/outside'
import './host/outside-sockets'
import { installVirtualGlobals } from './host/virtual-globals'
import { installVirtualNet } from './host/virtual-net'
import type { WorkerOptions } from './worker-protocol'

installVirtualGlobals()
installVirtualNet()

void import('./serve-worker').then(({ serveWorker }) => serveWorker(parentPort!, workerData as WorkerOptions))

import { dirname, join } from 'node:path'

/** The folder above dist/: a checkout, or the packaged app's archive. */
export const root = dirname(__dirname)
export const windowFolder = join(root, 'dist', 'renderer')
export const preloadFile = join(root, 'dist', 'preload.cjs')
export const workerFile = join(root, 'dist', 'engine-worker.cjs')
export const scenariosFolder = join(root, 'scenarios')

/** The folders in which local servers live, and what crashes have left of them. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PREFIX = 'eventyard-local-'
const OWNER = 'owner.pid'

/** A new folder, named after us, so that a later start can tell whether we are still there. */
export function newLocalFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), PREFIX))
  writeFileSync(join(folder, OWNER), String(process.pid))
  return folder
}

/** Removes what is left of runs whose process is gone, and ends their servers if any are. */
export function removeStaleFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue
    const folder = join(tmpdir(), name)
    try {
      if (isAlive(Number(readFileSync(join(folder, OWNER), 'utf8')))) continue
      for (const node of readdirSync(folder)) endStale(join(folder, node))
      rmSync(folder, { recursive: true, force: true })
    } catch {
      // Somebody else's, or just being removed.
    }
  }
}

/** Only a process that runs in that very folder is one of ours: numbers are given to others again. */
function endStale(folder: string): void {
  let pid: number
  try {
    pid = Number(readFileSync(join(folder, 'redis.pid'), 'utf8'))
  } catch {
    return
  }
  if (!(pid > 1) || !isAlive(pid)) return
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('redis-server')) process.kill(pid, 'SIGKILL')
  } catch {
    // No /proc here, or it has just ended.
  }
}

export function makeNodeFolder(folder: string, name: string, files: Readonly<Record<string, string>>): string {
  const own = join(folder, name)
  mkdirSync(own, { recursive: true })
  for (const [file, text] of Object.entries(files)) writeFileSync(join(own, file), text)
  return own
}

/** Removes everything in a node's folder but some files. */
export function wipeNodeFolder(folder: string, files: Readonly<Record<string, string>>): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

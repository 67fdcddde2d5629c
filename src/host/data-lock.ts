/** Two processes that append to one log destroy it: a data folder belongs to the process that its lock names. */
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { processState } from './process-identity.ts'

export class DataFolderInUse extends Error {
  static override readonly name = 'DataFolderInUse'
  readonly code = 'in-use'
}

/** Takes the folder for this process, or throws DataFolderInUse. The lock of a dead process is taken over. */
export function lockDataFolder(dataDir: string): void {
  const path = join(dataDir, 'lock')
  const own = `${process.pid} ${startOf(process.pid)}\n`
  if (create(path, own)) return
  const found = readFileSync(path, 'utf8')
  if (holderLives(found)) throw inUse(dataDir, found)
  // Moved aside, not deleted: if another starter took the dead lock over in between, what is moved is its live one.
  const aside = `${path}.${process.pid}`
  renameSync(path, aside)
  const moved = readFileSync(aside, 'utf8')
  if (moved !== found) linkSync(aside, path)
  unlinkSync(aside)
  if (moved !== found || !create(path, own)) throw inUse(dataDir, moved)
}

function create(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function holderLives(lock: string): boolean {
  const [pid = '', start = ''] = lock.trim().split(' ')
  const id = Number(pid)
  if (!Number.isSafeInteger(id) || id <= 0 || id === process.pid) return false
  const state = processState(id)
  return state.alive && (state.start === null || start === 'unknown' || state.start === start)
}

function startOf(pid: number): string {
  const state = processState(pid)
  return (state.alive ? state.start : null) ?? 'unknown'
}

function inUse(dataDir: string, lock: string): DataFolderInUse {
  return new DataFolderInUse(`${dataDir} belongs to process ${lock.trim().split(' ')[0]}, which is running`)
}

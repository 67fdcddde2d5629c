/** Where labs can be met: a socket each in a folder of the user's own, named after process and lab. */
import { readdirSync, statSync, unlinkSync } from 'node:fs'
import { basename, join } from 'node:path'

/** macOS keeps 104 bytes for a socket's path, with the zero at its end. */
export const MOST_PATH_BYTES = 103

export interface LabSocket {
  readonly path: string
  readonly pid: number
  /** The how manieth lab of its process. */
  readonly number: number
  /** When it was made. */
  readonly madeMs: number
}

export function socketsFolder(stateFolder: string): string {
  return join(stateFolder, 'labs')
}

export function socketName(pid: number, number: number): string {
  return `${pid}-${number}.sock`
}

export function parseSocketName(path: string): { readonly pid: number; readonly number: number } | null {
  const found = /^(\d{1,10})-(\d{1,6})\.sock$/.exec(basename(path))
  return found === null ? null : { pid: Number(found[1]), number: Number(found[2]) }
}

/** Those of processes that live, the newest first. What a killed lab left behind is removed. */
export function liveSockets(folder: string): readonly LabSocket[] {
  return entries(folder)
    .flatMap((name): LabSocket[] => {
      const parsed = parseSocketName(name)
      if (parsed === null) return []
      const path = join(folder, name)
      if (!lives(parsed.pid)) {
        removeSocket(path)
        return []
      }
      const madeMs = madeAt(path)
      return madeMs === null ? [] : [{ path, ...parsed, madeMs }]
    })
    .sort((a, b) => b.madeMs - a.madeMs || b.number - a.number)
}

/** Whether it is there or not. */
export function removeSocket(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // It is gone already, or somebody else's.
  }
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function madeAt(path: string): number | null {
  try {
    return statSync(path).mtimeMs
  } catch {
    return null
  }
}

/** A process of somebody else lives too, though it may not be asked. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

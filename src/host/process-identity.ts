/** A pid names a process only together with its start time: pids come back. */
import { readFileSync } from 'node:fs'

export type ProcessState =
  | { readonly alive: false }
  /** `start`: clock ticks since boot, as text; null where the system does not tell. */
  | { readonly alive: true; readonly start: string | null }

/** A zombie counts as dead: it holds nothing any more. */
export function processState(pid: number): ProcessState {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold anything, spaces too: fields are counted from behind it (proc(5): 3 state, 22 starttime).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? { alive: false } : { alive: true, start: fields[19] ?? null }
  } catch {
    return signalReaches(pid) ? { alive: true, start: null } : { alive: false }
  }
}

function signalReaches(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

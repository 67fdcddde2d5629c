/** What the system tells about a process; null where it does not tell. */
import { readFileSync } from 'node:fs'

/** The state letter of /proc/PID/stat (`R S D T Z …`); null when the process is gone or the system has no /proc. */
export function processState(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name in parentheses may hold anything, even a parenthesis: the state follows the last one.
    return stat.charAt(stat.lastIndexOf(')') + 2)
  } catch {
    return null
  }
}

/** Proportional set size in bytes: shared pages are counted once over all nodes, which RSS does not. */
export function proportionalBytes(pid: number): number | null {
  try {
    const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1]
    return kilobytes === undefined ? null : Number(kilobytes) * 1024
  } catch {
    return null
  }
}

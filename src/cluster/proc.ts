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

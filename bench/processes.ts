/** What the system tells of other processes. Linux alone tells all of it: elsewhere figures are NaN. */
import { readFileSync } from 'node:fs'

/** Clock ticks a second in what Linux tells of processes; the same on every machine Node runs on. */
const TICKS = 100

/** `Rss`, or `Pss`, which counts a page shared by two processes half for each. Megabytes. */
export function memoryMb(pid: number, field: 'Rss' | 'Pss'): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]) / 1000
  } catch {
    return Number.NaN
  }
}

/** Processor time of these processes since each began, all together. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.map(cpuSecondsOf).reduce((sum, seconds) => sum + seconds, 0)
}

/** The name, in brackets, may hold anything; user and system time are the 12th and 13th word after it. */
function cpuSecondsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const words = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(words[11]) + Number(words[12])) / TICKS
  } catch {
    return Number.NaN
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

import { setTimeout as pause } from 'node:timers/promises'
import { processState } from '../../src/host/process-identity.ts'

/** A zombie is dead. */
export function isAlive(pid: number): boolean {
  return processState(pid).alive
}

/** Waits for a state, and says which one never came. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> {
  const end = performance.now() + limitMs
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${limitMs / 1000} s in vain until ${what}`)
    await pause(10)
  }
}

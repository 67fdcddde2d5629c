/** How a join or a leave that cannot be is answered. */
import type { Answer } from './house.ts'

/** `maybe`: it is recorded all the same. */
export function refuse(answer: Answer, why: string, maybe = false): void {
  answer({ type: 'refused', code: 'no-change', why, maybe })
}

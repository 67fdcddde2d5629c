/** The four ways a command ends, made in one place. */
import { NothingSynced } from '../cluster/disk-faults.ts'
import { NodeDidNotStart } from '../host/failure.ts'
import { PlanError } from '../net/plan-error.ts'
import type { Answer } from './types.ts'

export type Done = Omit<Answer, 'ms'>

export const ok = (text?: string): Done => ({ status: 'ok', ...(text === undefined ? {} : { text }) })

/** An answer whose value is the point: a get, a new number, the lines of `status`. */
export const value = (content: string | null, node?: string): Done => ({
  status: 'ok',
  value: content,
  ...(node === undefined ? {} : { node }),
})

export const fail = (code: string, why: string): Done => ({ status: 'fail', code, text: why })

export const unknown = (code: string, why: string): Done => ({ status: 'unknown', code, text: why })

/** It cannot apply now; nothing changed. */
export const refused = (why: string): Done => ({ status: 'refused', text: why })

/** Thrown deep inside a command that turns out not to apply. */
export class Refusal extends Error {
  static override readonly name = 'Refusal'
}

/** How an error reads that says something about the cluster; thrown on if the lab or the machine under it broke. */
export function answerTo(error: unknown): Done {
  if (error instanceof Refusal || error instanceof PlanError || error instanceof NothingSynced) return refused(error.message)
  if (error instanceof NodeDidNotStart) return fail('halted', error.message)
  throw error
}

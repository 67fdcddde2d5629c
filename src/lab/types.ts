/** What the lab tells the outside: answers and events. */
export type { LabEvent } from '../history/types.ts'

export interface Answer {
  readonly status: 'ok' | 'fail' | 'unknown' | 'refused'
  /** `no-leader timeout conflict …` for fail and unknown. */
  readonly code?: string
  /** Why, for fail, unknown and refused; for ok what to print after it (`killed n3 (leader, term 4); undo: restart n3`). */
  readonly text?: string
  /** The value of a get (null: absent), or the new value of add, mul, append; several lines for `status`, `log` and the like. */
  readonly value?: string | null
  /** get, where two or more values stand side by side: all of them, sorted. */
  readonly siblings?: readonly string[]
  /** How it was answered; no part of the answer: `2 of 3, n4 for n2`. */
  readonly note?: string
  /** What the client now holds of the key, opaque: the option `context` passes it on. */
  readonly context?: string
  readonly node?: string
  readonly ms: number
}

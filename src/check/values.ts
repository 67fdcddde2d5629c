import { compute, sameDecimal } from '../machine/decimal.ts'
import type { Step, Value } from './kv-steps.ts'

/** The step cannot take effect on this value. */
export const IMPOSSIBLE = -1

/** Values as small integers, so that a search compares and stores numbers. */
export class Values {
  readonly #numbers = new Map<Value, number>()
  readonly #values: Value[] = []

  intern(value: Value): number {
    let number = this.#numbers.get(value)
    if (number === undefined) {
      number = this.#values.length
      this.#numbers.set(value, number)
      this.#values.push(value)
    }
    return number
  }

  valueOf(number: number): Value {
    const value = this.#values[number]
    if (value === undefined) throw new RangeError(`no value has number ${number}`)
    return value
  }

  /** What the step makes of a value: a function from value number to value number, or IMPOSSIBLE. */
  compile(step: Step): (state: number) => number {
    switch (step.kind) {
      case 'see': {
        const wanted = this.intern(step.value)
        return (state) => (state === wanted ? state : IMPOSSIBLE)
      }
      case 'see-not': {
        const unwanted = this.intern(step.value)
        return (state) => (state !== unwanted ? state : IMPOSSIBLE)
      }
      case 'write': {
        const written = this.intern(step.value)
        return () => written
      }
      case 'swap': {
        const from = this.intern(step.from)
        const to = this.intern(step.to)
        return (state) => (state === from ? to : IMPOSSIBLE)
      }
      case 'change': {
        const memo = new Map<number, number>()
        return (state) => {
          let next = memo.get(state)
          if (next === undefined) {
            const value = change(step, this.valueOf(state))
            next = value === undefined ? IMPOSSIBLE : this.intern(value)
            memo.set(state, next)
          }
          return next
        }
      }
      case 'see-many':
      case 'absurd':
        return () => IMPOSSIBLE
    }
  }
}

/** add and mul start from 0 where there is nothing, append from ''. Undefined: refused, or not what was answered. */
function change(step: Step & { readonly kind: 'change' }, held: Value): string | undefined {
  if (step.by === 'append') {
    const made = (held ?? '') + step.operand
    return step.result === undefined || step.result === made ? made : undefined
  }
  const made = compute(held ?? '0', step.by, step.operand)
  if (made === null) return undefined
  if (step.result === undefined) return made
  // The store's own spelling of the number is what later reads will show.
  return step.result !== null && sameDecimal(made, step.result) ? step.result : undefined
}

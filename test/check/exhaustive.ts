import type { KvOperation, Value } from '../../src/check/kv-steps.ts'
import { compute, sameDecimal } from '../../src/machine/decimal.ts'

/** Tries every order. The oracle of the differential tests: nothing clever, so nothing to get wrong. */
export function exhaustive(operations: readonly KvOperation[], initial: Value): boolean {
  const tried = new Set<string>()
  const go = (left: readonly KvOperation[], value: Value): boolean => {
    if (left.every(({ open }) => open)) return true
    const id = `${left.map((operation) => operations.indexOf(operation)).join()}|${value === null ? 'absent' : `=${value}`}`
    if (tried.has(id)) return false
    tried.add(id)
    const firstEnd = Math.min(...left.map(({ end }) => end))
    return left.some((operation) => {
      if (operation.begin > firstEnd) return false
      const next = effect(operation, value)
      const rest = left.filter((other) => other !== operation)
      if (next !== undefined && go(rest, next)) return true
      return false
    })
  }
  return go(operations, initial)
}

function effect({ step }: KvOperation, value: Value): Value | undefined {
  switch (step.kind) {
    case 'see':
      return value === step.value ? value : undefined
    case 'see-not':
      return value !== step.value ? value : undefined
    case 'write':
      return step.value
    case 'swap':
      return value === step.from ? step.to : undefined
    case 'absurd':
    case 'see-many':
      return undefined
    case 'change': {
      const made = step.by === 'append' ? (value ?? '') + step.operand : compute(value ?? '0', step.by, step.operand)
      if (made === null) return undefined
      if (step.result === undefined || step.result === made) return made
      return step.by !== 'append' && step.result !== null && sameDecimal(step.result, made) ? step.result : undefined
    }
  }
}

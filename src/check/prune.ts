import type { KvOperation, Value } from './kv-steps.ts'

/**
 * Leaves out writes of unknown outcome that nobody can have noticed: they may as well never have happened. Without this each
 * one doubles what a search must consider. Sound because the stretch of time in which the store held such a value, or one
 * made from it by appends, is free of any observation; so it must not be used where an operation tells only what a value was
 * not, or where add and mul may make any value out of it.
 */
export function dropUnnoticed(operations: readonly KvOperation[]): KvOperation[] {
  let appends = false
  for (const { step } of operations) {
    if (step.kind === 'see-not' || step.kind === 'see-many' || step.kind === 'absurd') return [...operations]
    if (step.kind === 'change') {
      if (step.by !== 'append') return [...operations]
      appends = true
    }
  }
  const mentioned = mentions(operations)
  const noticed = appends ? containedIn(mentioned) : (value: Value) => mentioned.has(value)
  return operations.filter(({ open, step }) => {
    if (!open) return true
    if (step.kind === 'write') return noticed(step.value)
    return step.kind !== 'change' || noticed(step.operand)
  })
}

/** Every value that some operation saw, or needed to be there. */
function mentions(operations: readonly KvOperation[]): Set<Value> {
  const seen = new Set<Value>()
  for (const { step } of operations) {
    if (step.kind === 'see') seen.add(step.value)
    else if (step.kind === 'swap') seen.add(step.from)
    else if (step.kind === 'change' && step.result !== undefined) seen.add(step.result)
  }
  return seen
}

/** With appends, a value may be noticed as part of a longer one. Absence and '' may be part of anything. */
function containedIn(mentioned: ReadonlySet<Value>): (value: Value) => boolean {
  // One text to look in: no written value can hold the separator and still be found across two values' border by accident,
  // and a match by accident only keeps an operation that could have gone.
  const all = [...mentioned].filter((value) => value !== null).join('\u0000')
  return (value) => value === null || value === '' || all.includes(value)
}

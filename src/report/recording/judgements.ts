/** What the checks said, on the way and in the end. */
import { operationsOf } from './operations.ts'
import type { Judgement, KeptResult, Story } from './types.ts'

/** Of each violation as many operations are shown at least. */
const LEAST = 8

/** A violation is drawn also where the lab asked for it. */
export function isViolation({ verdict, witness }: Judgement): boolean {
  return verdict === 'invalid' && witness.length > 0
}

/**
 * The last word of each check: of the result if there is one, else of the stream. A violation stands before it if the last word is `unknown`:
 * a look that could not say takes nothing back. `valid` does, as for copies that came together since. `most`: operations of all witnesses.
 */
export function judgementsOf({ checks }: Story, result: KeptResult | null, most: number): readonly Judgement[] {
  const asked = checks.map(({ witness, ...check }): Judgement => {
    const lines = operationsOf(witness)
    return { ...check, passed: check.verdict === 'valid', final: false, witness: lines, witnessLeft: 0 }
  })
  const last = new Map<string, Judgement>()
  const violations = new Map<string, Judgement>()
  const hear = (one: Judgement): void => {
    last.set(one.name, one)
    if (isViolation(one)) violations.set(one.name, one)
    else if (one.verdict === 'valid') violations.delete(one.name)
  }
  for (const one of asked) hear(one)
  for (const { witness, ...check } of result?.checks ?? [])
    hear({ ...check, final: true, atNs: last.get(check.name)?.atNs ?? null, witness: operationsOf(witness), witnessLeft: 0 })
  const all = [...last.values()].flatMap((one) => {
    const violation = violations.get(one.name)
    return violation === undefined || violation === one ? [one] : [violation, one]
  })
  return all.map((one) => shortened(one, Math.max(LEAST, Math.floor(most / Math.max(1, violations.size)))))
}

function shortened(judgement: Judgement, most: number): Judgement {
  const { witness } = judgement
  return witness.length <= most ? judgement : { ...judgement, witness: witness.slice(0, most), witnessLeft: witness.length - most }
}

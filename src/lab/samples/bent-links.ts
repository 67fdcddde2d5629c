/** The links that are not as they were made, in words. */
import type { NetworkPlan } from '../../net/plan.ts'
import type { LinkRules } from '../../net/types.ts'
import type { BentLink, Sample } from '../../stream/events.ts'
import { tidy } from './tidy.ts'

/** Of a hundred nodes in two halves 5,000 links are cut; nobody looks at more. */
const MOST_LINKS = 5_000

export class BentLinks {
  #known = ''

  /** All that are bent now, if that changed since the last look; null otherwise. */
  look(plan: NetworkPlan): Extract<Sample, { type: 'links' }> | null {
    // What is in force in words is short, the links are many: they are only gone through when the words, or the endpoints, changed.
    const known = plan.endpoints.length === 0 ? '' : [...plan.describe(), plan.endpoints.join()].join('\n')
    if (known === this.#known) return null
    const first = this.#known === ''
    this.#known = known
    const bent = bentLinks(plan)
    return first && bent.length === 0 ? null : { type: 'links', bent }
  }
}

function bentLinks(plan: NetworkPlan): readonly BentLink[] {
  if (plan.describe().length === 0) return []
  const bent: BentLink[] = []
  for (const from of plan.endpoints) {
    for (const to of plan.endpoints) {
      const rules = plan.rules(from, to)
      const words = linkWords(rules)
      if (words !== null && bent.length < MOST_LINKS) bent.push({ from, to, cut: rules.cut, words })
    }
  }
  return bent
}

/** `cut`, `held`, `50 ms ± 10, 5 % loss`; null for a straight one. */
export function linkWords(rules: LinkRules): string | null {
  if (rules.cut) return 'cut'
  const { hold, delayMs, jitterMs, shape, loss, duplicate, reorder, corrupt, rate } = rules
  const words = [
    ...(hold ? ['held'] : []),
    ...(delayMs > 0 || jitterMs > 0
      ? [`${tidy(delayMs)} ms${jitterMs > 0 ? ` ± ${tidy(jitterMs)}` : ''}${shape === 'exp' ? ' exp' : ''}`]
      : []),
    ...share(loss, 'loss'),
    ...share(duplicate, 'dup'),
    ...share(reorder, 'reorder'),
    ...share(corrupt, 'corrupt'),
    ...(rate > 0 ? [rateWords(rate)] : []),
  ]
  return words.length === 0 ? null : words.join(', ')
}

function share(chance: number, word: string): readonly string[] {
  return chance > 0 ? [`${tidy(chance * 100)} % ${word}`] : []
}

function rateWords(bytes: number): string {
  const bits = bytes * 8
  if (bits >= 1e6) return `${tidy(bits / 1e6)} mbit/s`
  return bits >= 1e3 ? `${tidy(bits / 1e3)} kbit/s` : `${tidy(bits)} bit/s`
}

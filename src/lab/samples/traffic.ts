/** Datagrams between two reports of the shim. The probe's own are left out: no fault touches them and nobody asked for them. */
import { PROBE } from '../../machine/ids.ts'
import type { ShimReport } from '../../net/types.ts'
import type { Sample } from '../../stream/events.ts'

type Links = Pick<Extract<Sample, { type: 'traffic' }>, 'links' | 'left'>

/** The busiest: thousands, told every second, would be hundreds of megabytes an hour in the file of a run. */
const MOST_LINKS = 400

interface Counted {
  readonly passed: number
  readonly dropped: number
}

export class Traffic {
  /** By `from>to`, since the run began. */
  #total: ReadonlyMap<string, Counted> = new Map()
  readonly #lately = new Map<string, Counted>()
  #passed = 0
  #dropped = 0

  look({ links }: Pick<ShimReport, 'links'>): void {
    const total = new Map<string, Counted>()
    for (const [name, { passed, dropped }] of Object.entries(links)) {
      if (name.split('>').includes(PROBE)) continue
      const now = { passed, dropped: Object.values(dropped).reduce((sum, count) => sum + count, 0) }
      total.set(name, now)
      this.#add(name, since(this.#total.get(name), now))
    }
    this.#total = total
  }

  /** By link, since the last `takeLinks`. */
  takeLinks(): Links {
    const links = [...this.#lately].map(([name, { passed, dropped }]) => {
      const [from = '', to = ''] = name.split('>')
      return [from, to, passed, dropped] as const
    })
    this.#lately.clear()
    if (links.length <= MOST_LINKS) return { links }
    const busiest = links.sort((a, b) => b[2] + b[3] - (a[2] + a[3])).slice(0, MOST_LINKS)
    return { links: busiest, left: links.length - MOST_LINKS }
  }

  /** All together, since the last `takeTotal`. */
  takeTotal(): Counted {
    const total = { passed: this.#passed, dropped: this.#dropped }
    this.#passed = 0
    this.#dropped = 0
    return total
  }

  #add(name: string, { passed, dropped }: Counted): void {
    if (passed + dropped === 0) return
    const known = this.#lately.get(name) ?? { passed: 0, dropped: 0 }
    this.#lately.set(name, { passed: known.passed + passed, dropped: known.dropped + dropped })
    this.#passed += passed
    this.#dropped += dropped
  }
}

/** An endpoint that came back under its old name counts from nothing. */
function since(before: Counted | undefined, now: Counted): Counted {
  if (before === undefined || now.passed < before.passed || now.dropped < before.dropped) return now
  return { passed: now.passed - before.passed, dropped: now.dropped - before.dropped }
}

/** The events that clocks count. One is never made twice, and what a copy has seen it has seen while its disk lasts. */
import type { EndpointId } from '../machine/contract.ts'
import type { DynamoOptions } from '../modes/dynamo/settings.ts'
import { covers } from '../modes/dynamo/versions/causality.ts'
import type { Copy } from '../modes/dynamo/versions.ts'
import { Violation } from './monitor.ts'

export class Events {
  readonly #versions: DynamoOptions['versions']
  /** Key, actor and number to the write that the event made. */
  readonly #made = new Map<string, string>()
  readonly #dots = new Map<string, Set<string>>()

  constructor(versions: DynamoOptions['versions']) {
    this.#versions = versions
  }

  /** How many events one write made: a retry at another node makes a second. */
  dotsOf(op: string): number {
    return this.#dots.get(op)?.size ?? 0
  }

  /** A copy as a node wrote it, and the one it had of the key before. */
  copy(node: EndpointId, key: string, copy: Copy, before: Copy | null): void {
    if (this.#versions === 'lww') return
    for (const { dot, op, clock } of copy.versions) {
      const event = `${dot.actor}:${dot.n}`
      const name = `${key} ${event}`
      const known = this.#made.get(name)
      if (known !== undefined && known !== op)
        throw new Violation('counters never go back', `event ${event} of ${key} made ${known}, and on ${node} it makes ${op}`)
      this.#made.set(name, op)
      const dots = this.#dots.get(op) ?? new Set<string>()
      this.#dots.set(op, dots.add(event))
      if (this.#versions === 'classic' && (Object.hasOwn(clock, dot.actor) ? (clock[dot.actor] ?? 0) : 0) < dot.n)
        throw new Violation('clocks descend', `the clock of ${op} of ${key} on ${node} does not hold its own event ${event}`)
    }
    // A clock that is cut forgets on purpose; these never are.
    if (this.#versions === 'dotted' && before !== null && !covers(copy.seen, before.seen))
      throw new Violation(
        'clocks descend',
        `the copy of ${key} on ${node} has unseen events: it had seen ${show(before)}, now ${show(copy)}`,
      )
  }
}

function show({ seen }: Copy): string {
  return JSON.stringify(seen)
}

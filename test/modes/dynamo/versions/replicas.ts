/** Replicas of one key, driven by hand: what nodes do with versions, and nothing else of a node. */

import { versionings } from '../../../../src/modes/dynamo/versions/versionings.ts'
import type { Causality, Copy, Versioning } from '../../../../src/modes/dynamo/versions.ts'

export type Kind = keyof typeof versionings
export const KINDS: readonly Kind[] = ['dotted', 'classic', 'merged', 'lww']

export function make(kind: Kind, { cap = 10, bug = 'none' }: { cap?: number; bug?: string } = {}): Versioning {
  return versionings[kind]({ clockCap: cap, equalDominates: bug === 'equal-dominates', pruneOwnDot: bug === 'prune-own-dot' })
}

export class Replicas {
  readonly copies = new Map<string, Copy>()
  readonly versioning: Versioning
  #ops = 0
  #wallMs = 0

  constructor(versioning: Versioning) {
    this.versioning = versioning
  }

  at(node: string): Copy {
    return this.copies.get(node) ?? this.versioning.empty
  }

  /** Answers what the client holds then, and how its write is called. */
  put(node: string, value: string | null, context: Causality | null, wallMs = ++this.#wallMs): { context: Causality; op: string } {
    const op = `c1.${++this.#ops}`
    const written = this.versioning.write(this.at(node), { context, value, op, actor: node, wallMs })
    this.copies.set(node, written.copy)
    return { context: written.context, op }
  }

  send(from: string, to: string): void {
    this.copies.set(to, this.versioning.merge(this.at(to), this.at(from)))
  }

  /** What is read from these, and what a client that read it holds. */
  read(...nodes: string[]): { values: (string | null)[]; ops: string[]; context: Causality } {
    const copy = nodes.map((node) => this.at(node)).reduce((a, b) => this.versioning.merge(a, b), this.versioning.empty)
    return {
      values: copy.versions.map(({ value }) => value),
      ops: copy.versions.map(({ op }) => op),
      context: this.versioning.contextOf(copy),
    }
  }
}

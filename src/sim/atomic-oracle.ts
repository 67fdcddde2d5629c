/**
 * What clients were told, judged by the one who knows true time. Values are unique, so that every rule here is exact: it never
 * blames an innocent run. The full search for a linearization is the checkers' work, after the run.
 *
 * Keys by their first letter: `r` registers (put, cas, del, get), `s` lists of tokens (append, get), `n` counters (add 1, get).
 */
import type { OperationResult } from '../machine/contract.ts'
import { Violation } from './monitor.ts'

export interface Asked {
  readonly f: string
  readonly key: string
  readonly value: string | readonly [string | null, string | null] | null
  /** A number no other invocation has, in order of time. */
  readonly order: number
}

interface Write {
  readonly value: string | null
  readonly invoked: number
  /** Order number of the acknowledgement; Infinity while it may still happen. */
  acked: number
  refused: boolean
}

/** What an acknowledged read or update showed of a key, and between which moments. */
interface Sight {
  readonly shown: string
  readonly returned: number
}

const TOKEN_END = ';'

export class Oracle {
  readonly #writes = new Map<string, Write[]>()
  readonly #sights = new Map<string, Sight[]>()
  /** Numbers that adds were answered. */
  readonly #given = new Set<string>()
  readonly #open = new Map<Asked, Write>()
  #clock = 0

  /** A number for the next moment. */
  moment(): number {
    return ++this.#clock
  }

  /** Every key that was ever written, in order of first use. */
  keys(): string[] {
    return [...this.#writes.keys()]
  }

  invoked(asked: Asked): void {
    if (asked.f === 'get') return
    const write: Write = { value: writtenValue(asked), invoked: asked.order, acked: Number.POSITIVE_INFINITY, refused: false }
    this.#of(asked.key).push(write)
    this.#open.set(asked, write)
  }

  ended(asked: Asked, result: OperationResult): void {
    const now = this.moment()
    const write = this.#open.get(asked)
    if (write !== undefined) {
      this.#open.delete(asked)
      if (result.outcome === 'ok') write.acked = now
      if (result.outcome === 'fail') write.refused = true
    }
    const shown = shownValue(asked, result)
    if (shown === undefined) return
    if (asked.key.startsWith('r')) this.#register(asked, shown)
    else if (asked.key.startsWith('s')) this.#list(asked, shown ?? '', now)
    else this.#counter(asked, Number(shown ?? '0'), now)
  }

  /** A node's own copy of a key after everything settled: every acknowledged write is in it, none twice. */
  settledCopy(node: string, key: string, value: string | null): void {
    const asked: Asked = { f: 'get', key, value: null, order: this.moment() }
    try {
      this.ended(asked, { id: 0, outcome: 'ok', value, attempts: 1 })
    } catch (error) {
      if (error instanceof Violation) throw new Violation(error.invariant, `the copy of ${node}: ${error.message}`)
      throw error
    }
  }

  #of(key: string): Write[] {
    const known = this.#writes.get(key)
    if (known !== undefined) return known
    const fresh: Write[] = []
    this.#writes.set(key, fresh)
    return fresh
  }

  /** Shown v although another write was certainly after v's and acknowledged before the read began: stale (or lost). */
  #register(asked: Asked, shown: string | null): void {
    const writes = this.#of(asked.key)
    const sources = writes.filter((write) => write.value === shown && !write.refused)
    const latestStart = shown === null ? 0 : -1
    if (shown !== null && sources.length === 0)
      throw new Violation('phantom', `${asked.f} ${asked.key} showed ${shown}, which nobody wrote`)
    if (sources.some((write) => write.acked === Number.POSITIVE_INFINITY)) return
    const lastPossible = Math.max(latestStart, ...sources.map((write) => write.acked))
    const over = writes.find((write) => write.value !== shown && write.invoked > lastPossible && write.acked < asked.order)
    if (over === undefined) return
    const what = over.value === null ? 'the del' : `the write of ${over.value}`
    throw new Violation(
      'read safety',
      `${asked.f} ${asked.key} showed ${shown ?? 'none'}, but ${what} was acknowledged before it began and came after`,
    )
  }

  #list(asked: Asked, shown: string, now: number): void {
    const tokens = shown.split(TOKEN_END).filter((token) => token !== '')
    const seen = new Set<string>()
    const writes = this.#of(asked.key)
    const byToken = new Map(writes.map((write) => [(write.value ?? '').slice(0, -1), write]))
    for (const token of tokens) {
      if (seen.has(token)) throw new Violation('exactly once', `${asked.key} holds ${token} twice: one append took effect two times`)
      seen.add(token)
      const write = byToken.get(token)
      if (write === undefined || write.refused) throw new Violation('phantom', `${asked.key} holds ${token}, which nobody appended`)
    }
    if (asked.f === 'append' && typeof asked.value === 'string' && !seen.has(asked.value.slice(0, -1))) {
      throw new Violation('nothing lost', `append of ${asked.value} to ${asked.key} was answered with a list that lacks it`)
    }
    for (const [token, write] of byToken) {
      if (write.acked < asked.order && !seen.has(token)) {
        throw new Violation('nothing lost', `append of ${token} to ${asked.key} was acknowledged, and a later ${asked.f} does not show it`)
      }
    }
    this.#growing(asked, shown, now, (before) => shown.startsWith(before))
  }

  #counter(asked: Asked, shown: number, now: number): void {
    const writes = this.#of(asked.key).filter((write) => !write.refused)
    const acked = writes.filter((write) => write.acked < asked.order).length
    if (asked.f === 'add') {
      const answer = `${asked.key}=${shown}`
      if (this.#given.has(answer)) throw new Violation('exactly once', `two adds of 1 to ${asked.key} were given the same number, ${shown}`)
      this.#given.add(answer)
    }
    if (shown > writes.length)
      throw new Violation('exactly once', `${asked.key} shows ${shown}, but only ${writes.length} adds of 1 were ever asked`)
    if (shown < acked) throw new Violation('nothing lost', `${asked.key} shows ${shown} after ${acked} acknowledged adds of 1`)
    this.#growing(asked, String(shown), now, (before) => Number(before) <= shown)
  }

  /** Lists and counters only grow: what was shown before this operation began is still there. */
  #growing(asked: Asked, shown: string, now: number, holds: (before: string) => boolean): void {
    const sights = this.#sights.get(asked.key) ?? []
    this.#sights.set(asked.key, sights)
    const bad = sights.find((sight) => sight.returned < asked.order && !holds(sight.shown))
    if (bad !== undefined)
      throw new Violation('read safety', `${asked.f} ${asked.key} showed ${shown} after an earlier answer had shown ${bad.shown}`)
    sights.push({ shown, returned: now })
  }
}

/** The text that a write leaves, null for absence; add has no value of its own. */
function writtenValue(asked: Asked): string | null {
  if (asked.f === 'cas' && Array.isArray(asked.value)) return (asked.value as readonly [string | null, string | null])[1]
  return typeof asked.value === 'string' ? asked.value : null
}

/** What the answer shows of the key; undefined if nothing. */
function shownValue(asked: Asked, result: OperationResult): string | null | undefined {
  if (result.outcome === 'ok' && (asked.f === 'get' || asked.f === 'append' || asked.f === 'add')) return result.value ?? null
  if (result.outcome === 'fail' && asked.f === 'cas' && result.was !== undefined) return result.was
  return undefined
}

/**
 * The newest writes that came by, by their names. The network may bring a request twice, the second time after its value was replaced:
 * it must not be minted again then, or it would come back as a sibling of what replaced it.
 */
import type { Version } from './versions.ts'

/** Of a generation; two are kept, so at least so many of the newest are known. */
const MOST_WRITES = 10_000

type Writes = Map<string, { readonly key: string; readonly version: Version }>

export class RecentWrites {
  #young: Writes = new Map()
  #old: Writes = new Map()

  add(key: string, versions: readonly Version[]): void {
    for (const version of versions) {
      if (this.find(key, version.op) !== null) continue
      if (this.#young.size >= MOST_WRITES) {
        this.#old = this.#young
        this.#young = new Map()
      }
      this.#young.set(version.op, { key, version: { ...version, value: null } })
    }
  }

  find(key: string, op: string): Version | null {
    const found = this.#young.get(op) ?? this.#old.get(op)
    return found?.key === key ? found.version : null
  }
}

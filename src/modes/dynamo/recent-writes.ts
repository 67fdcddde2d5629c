/**
 * The newest writes that came by, by their names. The network may bring a request twice, the second time after its value was replaced:
 * it must not be minted again then, or it would come back as a sibling of what replaced it.
 */
import type { Version } from './versions.ts'

const MOST_WRITES = 20_000

export class RecentWrites {
  /** In the order they were met first. */
  readonly #writes = new Map<string, { readonly key: string; readonly version: Version }>()

  add(key: string, versions: readonly Version[]): void {
    for (const version of versions) {
      const known = this.#writes.get(version.op)
      if (known?.key !== key) this.#writes.set(version.op, { key, version: { ...version, value: null } })
    }
    for (const oldest of this.#writes.keys()) {
      if (this.#writes.size <= MOST_WRITES) return
      this.#writes.delete(oldest)
    }
  }

  find(key: string, op: string): Version | null {
    const found = this.#writes.get(op)
    return found?.key === key ? found.version : null
  }
}

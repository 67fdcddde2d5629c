/** The ring by its owners, and the keys that somebody mentioned lately with those who keep them. */
import type { ClusterPort, Mode } from '../../modes/mode.ts'
import type { KeyPicture, Sample } from '../../stream/events.ts'

const MOST_KEYS = 5

export class RingBook {
  /** Newest first. */
  #keys: readonly string[] = []
  #told = ''

  mention(keys: readonly string[]): void {
    for (const key of keys) this.#keys = [key, ...this.#keys.filter((one) => one !== key)].slice(0, MOST_KEYS)
  }

  /** If it changed since the last look. Null too in a mode that has neither ring nor homes. */
  look({ ring, homes }: Pick<Mode, 'ring' | 'homes'>, port: ClusterPort): Extract<Sample, { type: 'ring' }> | null {
    if (ring === undefined && homes === undefined) return null
    const keys = homes === undefined ? [] : this.#keys.map((key): KeyPicture => ({ key, ...homes(port, key) }))
    const sample = { type: 'ring', ring: ring?.(port.nodes(), port.settings) ?? null, keys } as const
    const said = JSON.stringify(sample)
    if (said === this.#told) return null
    this.#told = said
    return sample
  }
}

/**
 * The one random source: sfc32, seeded from text or number, the same on every host. A cluster hands each endpoint its own
 * stream (`seeded('7/n3/2')`), so that one node's draws never shift another's.
 */
export interface Random {
  /** A float in [0, 1). */
  next(): number
  /** An integer in [low, high], both included. */
  between(low: number, high: number): number
  /** True with this probability (0 to 1). */
  chance(probability: number): boolean
  /** One element; the list must not be empty. */
  pick<T>(items: readonly T[]): T
  /** A new list with the same elements in random order. */
  shuffle<T>(items: readonly T[]): T[]
}

export function seeded(seed: string | number): Random {
  const text = String(seed)
  let a = hash(text, 0x9e3779b9)
  let b = hash(text, 0x243f6a88)
  let c = hash(text, 0xb7e15162)
  let counter = 1
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + t
    c |= 0
    return (t >>> 0) / 4294967296
  }
  for (let i = 0; i < 15; i++) next()
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[between(0, items.length - 1)]
      if (item === undefined) throw new RangeError('pick from an empty list')
      return item
    },
    shuffle: (items) => {
      const out = [...items]
      for (let i = out.length - 1; i > 0; i--) {
        const j = between(0, i)
        const held = out[i] as (typeof out)[number]
        out[i] = out[j] as (typeof out)[number]
        out[j] = held
      }
      return out
    },
  }
}

/** FNV-1a with a last avalanche, so that `n1` and `n2` start far apart. */
function hash(text: string, start: number): number {
  let h = start | 0
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) | 0
}

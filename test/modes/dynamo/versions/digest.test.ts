/** The digest of a copy (A2): what replicas compare in place of the copies, so two that differ must not have one. */
import { expect, test } from 'vitest'
import { digest } from '../../../../src/modes/dynamo/versions/copy.ts'
import type { Copy, Version } from '../../../../src/modes/dynamo/versions.ts'

const version = (more: Partial<Version> = {}): Version => ({
  dot: { actor: 'n1', n: 1 },
  clock: {},
  value: 'eggs',
  op: 'c1.1',
  wallMs: 1_700_000_000_000,
  ...more,
})
const copy = (versions: readonly Version[], seen: Partial<Copy['seen']> = {}): Copy => ({
  seen: { clock: {}, dots: [], ...seen },
  versions,
})

test('whatever differs makes another digest', () => {
  const copies = [
    copy([]),
    copy([], { clock: { n1: 1 } }),
    copy([], { clock: { n2: 1 } }),
    copy([], { clock: { n1: 1, n2: 1 } }),
    copy([], { dots: [{ actor: 'n1', n: 1 }] }),
    copy([version()]),
    copy([version({ value: null })]),
    copy([version({ value: '' })]),
    copy([version({ value: 'tombstone' })]),
    copy([version({ value: 'eggsc', op: '1.1' })]),
    copy([version({ op: 'c1.2' })]),
    copy([version({ dot: { actor: 'n1.2', n: 1 } })]),
    copy([version({ dot: { actor: 'n1', n: 2 } })]),
    copy([version({ wallMs: 1_700_000_000_000.5 })]),
    copy([version({ clock: { n1: 1 } })]),
    copy([version({ clock: { n1: 2 } })]),
    copy([version(), version()]),
    copy([version(), version({ op: 'c1.2' })]),
  ]
  expect(new Set(copies.map(digest)).size).toBe(copies.length)
})

test('in whatever order versions, dots and actors are listed, it is the same', () => {
  const [one, two] = [version(), version({ op: 'c2.1', dot: { actor: 'n2', n: 4 } })]
  const dots = [
    { actor: 'n1', n: 5 },
    { actor: 'n3', n: 9 },
  ]
  const a = copy([one, two], { clock: { n1: 3, n2: 4 }, dots })
  const b = copy([two, one], { clock: { n2: 4, n1: 3 }, dots: [...dots].reverse() })
  expect(digest(a)).toBe(digest(b))
})

test('of two hundred thousand copies that are nearly alike no two share a digest, and each half is as good as chance', () => {
  const digests = Array.from({ length: 200_000 }, (_, i) =>
    digest(copy([version({ op: `c${i % 64}.${i}`, value: `v${i}`, dot: { actor: `n${i % 5}`, n: 1 + (i % 7) } })])),
  )
  expect(new Set(digests).size).toBe(digests.length)
  // Chance lets about five pairs of 200,000 meet in 32 bits.
  for (const half of [digests.map((d) => d.slice(0, 8)), digests.map((d) => d.slice(8))])
    expect(digests.length - new Set(half).size).toBeLessThan(30)
})

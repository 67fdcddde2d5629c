/** What `chaos stop` says of its own faults is true. */
import { expect, test } from 'vitest'
import { must, openSmall, say } from './real-lab.ts'

test('chaos that cannot undo what it did says so instead of "made and undone"', async () => {
  const lab = await openSmall({ nodes: 1 })
  try {
    await must(lab, 'put city Oslo timeout=10s', 'expect uncommitted(all) = 0 within 5s', 'disk n1 flip')
    await must(lab, 'chaos start faults=kill every=100ms hold=100ms keep=none', 'expect failed = 1 within 10s')
    expect(await say(lab, 'chaos stop')).toMatch(/^fail stuck: \d+ faults made, 1 not undone: restart n1: n1 did not start: log is damaged/)
  } finally {
    await lab.close()
  }
})

test('a sleeper that somebody else woke counts as undone', async () => {
  const lab = await openSmall({ nodes: 1 })
  try {
    await must(lab, 'chaos start faults=sleep every=100ms hold=60s keep=none', 'expect failed = 1 within 10s', 'wake n1')
    expect(await say(lab, 'chaos stop')).toBe('ok 1 faults made and undone')
  } finally {
    await lab.close()
  }
})

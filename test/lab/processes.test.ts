/** LANGUAGE §1: what each process command does to a live, a sleeping and a dead node, and what it says. */
import { describe, expect, test } from 'vitest'
import { sharedLab } from './real-lab.ts'

describe('on five nodes', () => {
  const shared = sharedLab({ nodes: 5 })
  const { say, must, events } = shared

  async function bring(state: 'live' | 'asleep' | 'dead'): Promise<void> {
    const now = shared.lab.run.views()[0]?.state
    if (now === state) return
    if (now !== 'live') await must(now === 'asleep' ? 'wake n1' : 'restart n1')
    if (state === 'asleep') await must('sleep n1')
    if (state === 'dead') await must('kill n1')
  }

  test('two commands that meet at one node take turns: only one of them can say it did it', async () => {
    await bring('live')
    const said = await Promise.all([say('kill n1'), say('sleep n1'), say('kill n1')])
    expect(said.map((answer) => answer.split(' ')[0])).toEqual(['ok', 'refused:', 'refused:'])
  })

  test.each([
    ['kill', 'live', /^ok killed n1( \(leader, term \d+\))?; undo: restart n1$/],
    ['kill', 'asleep', /^ok killed n1; undo: restart n1$/],
    ['kill', 'dead', /^refused: n1 is dead; restart it first$/],
    ['sleep', 'live', /^ok put to sleep n1( \(leader, term \d+\))?; undo: wake n1$/],
    ['sleep', 'asleep', /^refused: n1 is asleep already$/],
    ['sleep', 'dead', /^refused: n1 is dead; restart it first$/],
    ['wake', 'live', /^refused: n1 is live$/],
    ['wake', 'asleep', /^ok woke n1$/],
    ['wake', 'dead', /^refused: n1 is dead, not asleep; try restart$/],
    ['restart', 'live', /^ok restarted n1( \(leader, term \d+\))?$/],
    ['restart', 'asleep', /^ok restarted n1$/],
    ['restart', 'dead', /^ok restarted n1$/],
    [
      'powercut',
      'live',
      /^ok cut the power of n1( \(leader, term \d+\))?, (nothing was lost|lost \d+ of \d+ bytes written); undo: restart n1$/,
    ],
    ['powercut', 'asleep', /^ok cut the power of n1, (nothing was lost|lost \d+ of \d+ bytes written); undo: restart n1$/],
    ['powercut', 'dead', /^refused: n1 is dead; restart it first$/],
  ] as const)('%s on a node that is %s', async (command, state, answer) => {
    await bring(state)
    expect(await say(`${command} n1`)).toMatch(answer)
    const after = { kill: 'dead', sleep: 'asleep', wake: 'live', restart: 'live', powercut: 'dead' }[command]
    const refused = answer.source.startsWith('^refused')
    expect(await say('nodes')).toMatch(new RegExp(`^n1 +${refused ? state : after}`, 'm'))
  })

  test('a plural set skips whom it cannot apply to and says so; one named node refuses the whole', async () => {
    await must('recover', 'kill n2')
    expect(await say('kill n2 n3')).toBe('refused: n2 is dead; restart it first')
    expect(await say('expect failed = 1')).toBe('ok')
    expect(await say('kill all')).toMatch(/^ok killed n1.* n3.* n4.* n5.*; skipped n2 \(dead\); undo: restart n1 n3 n4 n5$/)
    expect(await say('kill all')).toMatch(/^refused: nothing to kill: n1 \(dead\), /)
    expect(await say('sleep leader')).toBe('refused: there is no leader now')
  })

  test('last, dead, asleep and names mean the nodes they say', async () => {
    expect(await say('restart last')).toMatch(/^ok restarted n1 n3 n4 n5$/)
    expect(await say('restart dead')).toBe('ok restarted n2')
    expect(await say('restart dead')).toBe('refused: no node is dead')
    await must('expect healthy within 20s')
    expect(await say('let two = followers(2)')).toMatch(/^ok \$two is n\d n\d$/)
    await must('sleep $two')
    expect(await say('wake asleep')).toMatch(/^ok woke n\d n\d$/)
    expect(await say('kill last')).toMatch(/^ok killed n\d n\d; undo: restart n\d n\d$/)
    await must('restart last')
  })

  test('a fault is told when it is so, never before', async () => {
    await must('expect healthy within 20s')
    events.length = 0
    await must('kill follower', 'restart last')
    const types = events.map(({ type }) => type).filter((type) => ['command', 'fault', 'undone', 'answer'].includes(type))
    expect(types).toEqual(['command', 'fault', 'answer', 'command', 'undone', 'answer'])
  })

  test('a nap ends by itself, and every stop does not end it early', async () => {
    await must('mark', 'let napper = follower')
    expect(await say('sleep $napper for=1s')).toMatch(/^ok put to sleep n\d for 1 s$/)
    expect(await say('every stop')).toBe('ok stopped 0')
    expect(await say('expect failed = 1 for 200ms')).toBe('ok')
    expect(await say('expect failed = 0 within 10s')).toBe('ok')
    expect(await say('expect faults = 1')).toBe('ok')
  })
})

describe('on three nodes with disks at risk', () => {
  const { say, must } = sharedLab()

  test('wipe empties live, sleeping and dead nodes and leaves them dead', async () => {
    for (const before of ['status', 'sleep n1', 'kill n1']) {
      await must('restart n1', before)
      expect(await say('wipe n1')).toMatch(/^ok wiped n1( \(leader, term \d+\))?; the data are gone; restart starts it empty$/)
      expect(await say('nodes')).toMatch(/^n1 +dead/m)
    }
    await must('restart n1')
    expect(await say('status')).toContain('n1 lost its disk')
    expect(await say('recover')).toMatch(/^ok .*n1 lost the disk and cannot vote$/)
  })

  test('a flipped bit shows at the next start: the node refuses, the answer says why, and recover does too', async () => {
    expect(await say('disk n2 flip')).toMatch(/^ok flipped one bit in the log of n2/)
    expect(await say('restart n2')).toMatch(/^fail halted: n2 did not start: /)
    expect(await say('recover')).toMatch(/^fail halted: .*n2 did not start/)
    expect(await say('wipe n2')).toMatch(/^ok/)
  })

  test('a torn power cut of everything loses nothing that was acknowledged', async () => {
    await must('reset', 'put city Oslo timeout=10s', 'powercut all torn', 'restart dead', 'expect healthy within 20s')
    expect(await say('get city timeout=10s')).toBe('Oslo')
  })
})

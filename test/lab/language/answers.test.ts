import { describe, expect, it } from 'vitest'
import { formatAnswer } from '../../../src/lab/language/answers.ts'
import type { Answer } from '../../../src/lab/types.ts'

describe('an answer as printed', () => {
  it.each([
    ['put', { status: 'ok' }, ['ok']],
    ['get', { status: 'ok', value: 'Oslo' }, ['Oslo']],
    ['get', { status: 'ok', value: null }, ['none']],
    ['get', { status: 'ok', value: 'none' }, ['"none"']],
    ['get', { status: 'ok', value: '' }, ['""']],
    ['get', { status: 'ok', value: 'a\nb' }, ['"a\\nb"']],
    ['add', { status: 'ok', value: '7.5' }, ['ok 7.5']],
    ['append', { status: 'ok', value: 'ab' }, ['ok ab']],
    ['kill', { status: 'ok', text: 'killed n3 (leader, term 4); undo: restart n3' }, ['ok killed n3 (leader, term 4); undo: restart n3']],
    ['status', { status: 'ok', value: 'healthy\nleader n1' }, ['healthy', 'leader n1']],
    ['cas', { status: 'fail', code: 'conflict', text: 'the value is Ada' }, ['fail conflict: the value is Ada']],
    [
      'check',
      { status: 'fail', code: 'check', text: 'linearizable: invalid\n  x: why' },
      ['fail check: linearizable: invalid', '  x: why'],
    ],
    ['check', { status: 'unknown', code: 'check', text: 'linearizable: unknown' }, ['unknown check: linearizable: unknown']],
    ['put', { status: 'unknown', code: 'timeout' }, ['unknown timeout: no answer in 3s; it may still happen']],
    ['wake', { status: 'refused', text: 'n1 is not asleep' }, ['refused: n1 is not asleep']],
    ['expect', { status: 'fail', text: 'expected healthy,\nwas degraded' }, ['fail: expected healthy, was degraded']],
  ] satisfies [string, Omit<Answer, 'ms'>, string[]][])('%s %j', (command, answer, lines) => {
    expect(formatAnswer({ ...answer, ms: 1 }, command)).toEqual(lines)
  })

  it('an unknown answer names the time that was given', () => {
    expect(formatAnswer({ status: 'unknown', code: 'timeout', ms: 250 }, 'put', 250)).toEqual([
      'unknown timeout: no answer in 250ms; it may still happen',
    ])
  })
})

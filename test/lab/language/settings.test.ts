import { describe, expect, it } from 'vitest'
import { allSettings, checkSetting, completeSettings, generalSettings, type Setting } from '../../../src/lab/language/settings.ts'
import { readOptions } from '../../../src/modes/raft/settings.ts'
import { dynamo, raft } from './words.ts'

const kinds: readonly Setting[] = [
  { name: 'flag', kind: 'on-off', fallback: 'on', live: true, help: '' },
  { name: 'time', kind: 'duration', fallback: '1s', live: true, help: '' },
  { name: 'range', kind: 'duration-range', fallback: '1-2', live: true, help: '' },
  { name: 'size', kind: 'size', fallback: '1kb', live: true, help: '' },
  { name: 'count', kind: 'count', fallback: '1', live: true, help: '' },
  { name: 'choice', kind: 'choice', choices: ['left', 'right'], fallback: 'left', live: true, help: '' },
  { name: 'seed', kind: 'count', min: 0, word: 'random', fallback: 'random', live: true, help: '' },
]

describe('settings', () => {
  it.each([
    ['flag', 'yes', 'on'],
    ['flag', 'false', 'off'],
    ['time', '1.5s', '1500ms'],
    ['range', '300-600', '300-600ms'],
    ['range', '1s-2s', '1000-2000ms'],
    ['size', '2048', '2kb'],
    ['count', '007', '7'],
    ['choice', 'right', 'right'],
    ['seed', 'random', 'random'],
    ['seed', '0', '0'],
  ])('%s=%s becomes %s', (name, value, normal) => {
    expect(checkSetting(kinds, name, value)).toEqual({ ok: true, value: normal })
  })

  it.each([
    ['flag', 'maybe', 'flag is on or off, not "maybe"'],
    ['time', '10', 'time takes a duration like 250ms or 3s, not "10"'],
    ['time', '0ms', 'time is at least 1ms, not 0ms'],
    ['range', '0-5', 'range takes two durations, low first, like 300-600 or 300ms-600ms, not "0-5"'],
    ['size', 'big', 'size takes a size like 64kb, not "big"'],
    ['count', '-1', 'count takes a whole number, not "-1"'],
    ['count', '0', 'count is at least 1, not 0'],
    ['choice', 'rigth', 'choice is left or right, not "rigth"'],
    ['seed', 'any', 'seed takes a whole number, not "any"'],
    ['flg', 'on', 'unknown setting flg'],
  ])('%s=%s is refused', (name, value, message) => {
    expect(checkSetting(kinds, name, value)).toMatchObject({ ok: false, error: { message } })
  })

  it('a preset lies over the fallbacks, and what was given over both', () => {
    const value = completeSettings(raft, [
      { name: 'heartbeat', value: '70ms' },
      { name: 'preset', value: 'fast' },
    ])
    expect(value).toMatchObject({
      ok: true,
      value: { election: '150-300ms', heartbeat: '70ms', preset: 'fast', 'pre-vote': 'on', nodes: '5', sync: 'always', bug: 'none' },
    })
    expect(completeSettings(raft, [{ name: 'preset', value: 'paper' }])).toMatchObject({ value: { 'pre-vote': 'off' } })
    expect(completeSettings(raft, [{ name: 'bug', value: 'double-vot' }])).toMatchObject({ ok: false, error: { nearest: 'double-vote' } })
  })

  it('no setting has two meanings, and every fallback and preset is right by itself', () => {
    for (const mode of [raft, dynamo]) {
      const names = allSettings(mode).map(({ name }) => name)
      expect(new Set(names).size).toBe(names.length)
      for (const preset of Object.keys(mode.presets))
        expect(completeSettings(mode, [{ name: 'preset', value: preset }])).toMatchObject({ ok: true })
    }
  })

  it('the normal form is one that Raft itself reads', () => {
    for (const preset of ['default', 'fast', 'paper']) {
      const settings = completeSettings(raft, [{ name: 'preset', value: preset }])
      if (!settings.ok) throw new Error(settings.error.message)
      expect(readOptions(settings.value).electionMinUs).toBe(preset === 'fast' ? 150_000 : 300_000)
    }
  })

  it('bugs and presets of the mode are the choices', () => {
    const [bug] = generalSettings(raft).filter(({ name }) => name === 'bug')
    expect(bug?.choices?.slice(0, 2)).toEqual(['none', 'double-vote'])
  })
})

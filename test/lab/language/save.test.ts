import { describe, expect, it } from 'vitest'
import { type Session, saveLab, type TranscriptEntry } from '../../../src/lab/language/save.ts'
import { dynamo, raft } from './words.ts'

const context = { modes: [raft, dynamo] }

function session(...transcript: TranscriptEntry[]): Session {
  return { title: 'What I "typed"', mode: 'raft', nodes: 3, seed: '42', settings: [{ name: 'preset', value: 'fast' }], transcript }
}

function entry(
  text: string,
  startMs: number,
  endMs: number,
  status: TranscriptEntry['status'] = 'ok',
  answer: string[] = ['ok'],
): TranscriptEntry {
  return { text, startMs, endMs, status, answer }
}

function saved(...transcript: TranscriptEntry[]): string[] {
  const result = saveLab(session(...transcript), context)
  if (!result.ok) throw new Error(result.why)
  const lines = result.text.split('\n')
  return lines.slice(lines.indexOf('```lab') + 1, lines.lastIndexOf('```'))
}

describe('save', () => {
  it('writes the seed in use and the settings', () => {
    const result = saveLab(session(entry('put x 1', 0, 10)), context)
    expect(result).toEqual({
      ok: true,
      text: '---\ntitle: "What I \\"typed\\""\nmode: raft\nnodes: 3\nseed: 42\npreset: fast\n---\n# What I "typed"\n\n```lab\n> put x 1\n```\n'
        .replace('---\n\n#', '---\n# ')
        .replace('#  ', '# '),
    })
  })

  it('keeps sets as typed, pauses over half a second, and the values of answers that were ok', () => {
    expect(
      saved(
        entry('put city "New York"  # first', 0, 20),
        entry('kill leader', 300, 310, 'ok', ['ok killed n1 (leader, term 2); undo: restart n1']),
        entry('get city', 3510, 3600, 'ok', ['New York']),
        entry('add n 2', 3700, 3720, 'ok', ['ok 2']),
        entry('append s *', 3800, 3820, 'ok', ['ok *']),
      ),
    ).toEqual([
      '> put city "New York"',
      '> kill leader',
      '> wait 3.2s',
      '> get city',
      'New York',
      '> add n 2',
      'ok 2',
      '> append s *',
      'ok \\*',
    ])
  })

  it('lets any answer pass where it was not ok', () => {
    expect(
      saved(
        entry('put x 1 timeout=1s', 0, 1000, 'unknown', ['unknown timeout: no answer in 1s']),
        entry('wake n1', 1100, 1110, 'refused', ['refused: n1 is not asleep']),
      ),
    ).toEqual(['> put x 1 timeout=1s', '*', '> wake n1', '*'])
  })

  it('writes what overlapped with &, and counts the pause from its start', () => {
    expect(saved(entry('put x 1', 0, 2500), entry('kill leader', 1000, 1010), entry('get x', 2600, 2610, 'ok', ['1']))).toEqual([
      '> put x 1 &',
      '> wait 1s',
      '> kill leader',
      '> wait 1.6s',
      '> get x',
      '1',
    ])
    expect(saved(entry('put x 1 &', 0, 10), entry('put y 1', 20, 30))).toEqual(['> put x 1 &', '> put y 1'])
  })

  it('leaves out what is no experiment, and lines that did not parse', () => {
    expect(
      saved(entry('help', 0, 1), entry('kil n1', 10, 11), entry('', 12, 12), entry('mark', 20, 21), entry('save x.md', 30, 31)),
    ).toEqual(['> mark'])
  })

  it('says when there is nothing to save, or when it would not read', () => {
    expect(saveLab(session(), context)).toEqual({ ok: false, why: 'there is nothing to save yet' })
    expect(saveLab({ ...session(), mode: 'flurble' }, context)).toEqual({ ok: false, why: 'there is no mode flurble' })
    expect(saveLab(session(entry('kill n9', 0, 1)), context)).toEqual({
      ok: false,
      why: 'what it would write does not read: saved:11: unknown node n9; the nodes are n1, n2, n3 (column 8)',
    })
  })
})

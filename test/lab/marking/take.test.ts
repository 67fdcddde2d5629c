import { describe, expect, it } from 'vitest'
import { fence, keyText, take } from './papers.ts'

const CRASH = fence('lab todo crash', '> kill n1') + fence('lab check crash', '> expect failed = 1')
const KEY = keyText(
  `${fence('lab', '> put a 1', '> let first = leader')}${CRASH}${fence('lab todo back', '> restart n1')}${fence('lab check back', '> expect failed = 0')}`,
)

/** Both blocks filled in. */
const both = (crash: readonly string[], back: readonly string[]): string =>
  fence('lab todo crash', ...crash) + fence('lab todo back', ...back)

/** What the lab would do, in order. */
function commands(taken: ReturnType<typeof take>): string[] {
  const parts = taken.lab?.runs.flatMap((run) => run.parts) ?? []
  return parts.flatMap((part) => (part.kind === 'lab' ? part.steps.map(({ command }) => command.text) : []))
}

describe('what comes from whom', () => {
  it('of a solution only its todo blocks count: its front matter, prose, checks and other blocks do not', () => {
    const solution = `---\nmode: dynamo\nlimit: 9h\n---\n# Mine\n${fence('lab', '> put a 2')}${fence('lab check crash', '> status')}${both(['> sleep n1'], ['> wake n1'])}`
    const taken = take(KEY, solution)
    expect(commands(taken)).toEqual(['put a 1', 'let first = leader', 'sleep n1', 'expect failed = 1', 'wake n1', 'expect failed = 0'])
    expect(taken.lab).toMatchObject({ title: 'A key', limitMs: 120_000, runs: [{ mode: 'raft' }] })
    expect([...taken.refused, ...taken.unknown]).toEqual([])
  })

  it('no line of a student ends the block and goes on as the teacher', () => {
    const inside = ['> kill n1', '```', '```lab check crash', '> status', '```', '~~~', '---', '# Heading', '````']
    const solution = `~~~~~~lab todo crash\n${inside.join('\n')}\n~~~~~~\n${fence('lab todo back', '> restart n1')}`
    const taken = take(KEY, solution)
    // What follows the command is its expected answer, and nothing else.
    const crash = taken.lab?.runs[0]?.parts.find((part) => part.kind === 'lab' && part.role.kind === 'todo')
    expect(crash).toMatchObject({ steps: [{ expected: ['```', '```lab check crash'] }, { command: { text: 'status' } }] })
    expect(commands(taken).filter((text) => text === 'expect failed = 1')).toHaveLength(1)
    expect(take(KEY, both(['> kill n1\u2028```\r```'], ['> restart n1'])).refused.get('crash')).toContain('ada.md:2')
  })

  it('each line knows where it was written', () => {
    const { text, origins } = take(KEY, `Hello\n\n${both(['> sleep n1', '> status'], ['', '> wake n1'])}`)
    const whence = (line: string): string => {
      const { file, line: at } = origins[text.split('\n').indexOf(line)] ?? { file: '', line: 0 }
      return `${file.replace(/.*\//, '')}:${at}`
    }
    expect(['> put a 1', '> sleep n1', '> status', '> expect failed = 1', '> wake n1', '> expect failed = 0'].map(whence)).toEqual([
      'key.md:10',
      'ada.md:4',
      'ada.md:5',
      'key.md:17',
      'ada.md:9',
      'key.md:23',
    ])
  })

  it('a block for one mode is told from that for another', () => {
    const key = keyText(
      fence('lab raft todo x', '> kill n1') + fence('lab dynamo todo x', '> kill n1') + fence('lab check x', '> expect failed = 1'),
      'mode: [raft, dynamo]',
      'nodes: 3',
      'preset: default',
    )
    const taken = take(key, fence('lab dynamo todo x', '> sleep n1') + fence('lab raft todo x', '> powercut n1'))
    expect(commands(taken)).toEqual(['powercut n1', 'expect failed = 1', 'sleep n1', 'expect failed = 1'])
    expect(take(key, fence('lab raft todo x', '> kill n1')).refused.get('x')).toBe('ada.md has no block lab todo dynamo x')
  })
})

describe('what cannot be taken', () => {
  it('a block that is missing, there twice, never closed or misspelt gets no points, and the other one counts', () => {
    const fine = fence('lab todo back', '> status')
    const reason = (solution: string): unknown => {
      const { lab, refused, unknown } = take(KEY, solution)
      return [lab !== null, refused.get('crash'), refused.get('back'), ...unknown.values()]
    }
    const none = 'ada.md has no block lab todo crash'
    expect(reason(fence('lab todo crash', '', '> # how?') + fine)).toEqual([true, 'ada.md:1: nothing is filled in', undefined])
    expect(reason(fine)).toEqual([true, none, undefined])
    expect(reason(CRASH + fine + CRASH)).toEqual([true, 'ada.md has 2 blocks lab todo crash (lines 1, 10)', undefined])
    expect(reason(`${fine}\`\`\`lab todo crash\n> kill n1\n`)).toEqual([true, 'ada.md:4: this block is never closed', undefined])
    const misspelt = 'ada.md:1: the key has no block lab todo crush. Did you mean crash?'
    expect(reason(fence('lab todo crush', '> kill n1') + fine)).toEqual([true, none, undefined, misspelt])
    expect(reason('')).toEqual([false, none, 'ada.md has no block lab todo back'])
    expect(reason('\u0000\ufffd'.repeat(1000))).toEqual([false, none, 'ada.md has no block lab todo back'])
  })

  it('a line that does not parse costs its own block, and nothing judges that', () => {
    const taken = take(KEY, both(['> kill n1', '> klil n1'], ['> status']))
    expect(taken.refused).toEqual(new Map([['crash', expect.stringMatching(/^ada\.md:3: .*klil.*Did you mean kill\?$/)]]))
    expect(commands(taken)).toEqual(['put a 1', 'let first = leader', 'status', 'expect failed = 0'])
    expect(take(KEY, both(['put b 2'], [])).refused.get('crash')).toContain('ada.md:2: this line is neither a command')
  })

  it('a name that a check needs and the student never gave costs that block alone', () => {
    const key = KEY.replace('> expect failed = 1', '> expect role($mine) = leader').replace('> kill n1', '> let mine = leader')
    const taken = take(key, both(['> let other = leader'], ['> status']))
    expect(taken.refused).toEqual(new Map([['crash', expect.stringMatching(/key\.md:17: .*mine/)]]))
    expect(commands(taken)).toEqual(['put a 1', 'let first = leader', 'status', 'expect failed = 0'])
  })

  it('a name that the rest of the lab needs costs all', () => {
    const key = keyText(
      `${fence('lab todo crash', '> let mine = leader')}${fence('lab', '> kill $mine')}${fence('lab check crash', '> expect failed = 1')}`,
    )
    expect(take(key, fence('lab todo crash', '> status'))).toMatchObject({
      lab: null,
      refused: new Map([['crash', expect.stringMatching(/key\.md:13: .*mine/)]]),
    })
  })
})

describe('what a student may not say', () => {
  it.each([
    ['reset', 'the cluster, its settings and its seed are given'],
    ['at 1s reset nodes=3', 'reset does not belong'],
    ['every 1s set check-quorum=off', 'set does not belong'],
    ['set check-quorum=off', 'the settings are given'],
    ['mark', 'where counting begins is given'],
    ['after 1s restart n1', 'it would go on beyond this block'],
    ['at 9s restart n1 &', 'restart & would go on beyond this block'],
    ['wait 10s &', 'wait & would go on beyond this block'],
    ['run smoke', 'it runs another lab'],
    ['save mine.md', 'it writes a file'],
    ['save ../../key.md force', 'it writes a file'],
    ['quit', 'the lab ends by itself'],
    ['let first = n1', '$first is named by the lab'],
    ['expect not linearizable', 'that a promise is broken only the lab itself may expect'],
    ['every 1s expect not nothing-lost', 'only the lab itself may expect'],
  ])('%s', (line, why) => {
    const { refused } = take(KEY, both(['> kill n1', `> ${line}`], ['> status']))
    expect([...refused.keys()]).toEqual(['crash'])
    expect(refused.get('crash')).toContain(`ada.md:3: ${line.replace(/ &$/, '')}: `)
    expect(refused.get('crash')).toContain(why)
  })

  it('a block that would change the cluster does not spoil the next one', () => {
    const key = KEY.replace('nodes: 1', 'nodes: 5')
    expect([...take(key, both(['> reset nodes=3'], ['> restart n5'])).refused.keys()]).toEqual(['crash'])
  })

  it('all else is fine: to look, to expect, to name, to do things at once', () => {
    const lines = [
      'let mine = n1',
      'expect healthy',
      'expect not failed = 1',
      'put a 1 &',
      'at 0s put a 2 &',
      'await all',
      'every 1s put a 3',
      'status',
    ]
    const block = [...lines, 'recover', 'always leaders <= 1'].map((line) => `> ${line}`)
    expect(take(KEY, both(block, ['> status'])).refused.size).toBe(0)
  })

  it('what the key itself uses in that block the student may too, and only there', () => {
    const key = KEY.replace('> kill n1', '> mark\n> at 0s reset\n> kill n1 &\n> expect not linearizable')
    const lines = ['> mark', '> reset', '> restart n1 &', '> expect not nothing-lost']
    expect(take(key, both(lines, ['> status'])).refused.size).toBe(0)
    expect([...take(key, both(['> status'], lines)).refused.keys()]).toEqual(['back'])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLabText, parseLab } from '../../../src/lab/language/lab-file.ts'
import { describeLabProblem, type Lab } from '../../../src/lab/language/lab-types.ts'
import { dynamo, raft } from './words.ts'

const context = { modes: [raft, dynamo] }

function lab(text: string): Lab {
  const result = parseLab(text, 'a.md', context)
  if (!result.ok) throw new Error(result.problems.map(describeLabProblem).join('\n'))
  return result.lab
}

function problems(text: string): string[] {
  const result = parseLab(text, 'a.md', context)
  return result.ok ? [] : result.problems.map(describeLabProblem)
}

const front = (...lines: string[]): string => ['---', ...lines, '---', ''].join('\n')
const block = (...lines: string[]): string => ['```lab', ...lines, '```', ''].join('\n')

/** The sample of the language's own document. */
const SAMPLE = `---
title: How many crashes does a majority survive?
mode: raft
nodes: 5
preset: paper
---
# How many crashes does a majority survive?
Five servers, so f = 2. One follower crashes every three seconds.
\`\`\`predict
After which crash do writes stop?
- [ ] the second
- [x] the third
because: two of five are no majority.
\`\`\`
## One crash every three seconds
\`\`\`lab
> put city Oslo
> kill follower
> expect degraded
> at 3s kill follower
> expect failed = 2
> expect degraded for 2s
> get city
Oslo
> at 6s kill follower
> expect unhealthy within 3s
\`\`\`
## The logs grow, nothing commits
\`\`\`lab
> let c = commit(leader)
> put city Bergen timeout=2s
unknown timeout: *
> expect uncommitted(follower) > 0
> expect commit(leader) = $c for 2s
\`\`\`
## One back is enough
\`\`\`lab
> restart last
> expect degraded within 5s
> get city
Oslo OR Bergen
> expect ribbon = healthy degraded unhealthy degraded
\`\`\`
`

describe('a lab file', () => {
  it('reads the sample', () => {
    const read = lab(SAMPLE)
    expect(read).toMatchObject({
      file: 'a.md',
      title: 'How many crashes does a majority survive?',
      limitMs: 120_000,
      checks: true,
      language: 'en',
      tags: [],
    })
    const [run, ...others] = read.runs
    expect(others).toEqual([])
    expect(run).toMatchObject({ mode: 'raft', nodes: 5, seed: null, settings: { preset: 'paper', 'pre-vote': 'off', nodes: '5' } })
    const shape = run?.parts.map((part) =>
      part.kind === 'lab' ? `lab ${part.line} ${part.heading}: ${part.steps.length}` : `${part.kind} ${part.line}`,
    )
    expect(shape).toEqual([
      'heading 7',
      'prose 8',
      'predict 9',
      'heading 15',
      'lab 16 One crash every three seconds: 9',
      'heading 28',
      'lab 29 The logs grow, nothing commits: 4',
      'heading 36',
      'lab 37 One back is enough: 4',
    ])
    const predict = run?.parts[2]
    expect(predict).toMatchObject({
      question: 'After which crash do writes stop?',
      choices: [
        { text: 'the second', right: false },
        { text: 'the third', right: true },
      ],
      because: 'two of five are no majority.',
    })
    const last = run?.parts.at(-1)
    expect(last?.kind === 'lab' ? last.steps[2] : null).toMatchObject({ line: 40, command: { name: 'get' }, expected: ['Oslo OR Bergen'] })
  })

  it('reads the sample with the line ends of Windows, and with a byte order mark', () => {
    const plain = JSON.stringify(lab(SAMPLE))
    expect(JSON.stringify(lab(`\uFEFF${SAMPLE.replaceAll('\n', '\r\n')}`))).toBe(plain)
  })

  it('keeps what front matter says as it is written', () => {
    const text = `${front('title: "A: b"', 'mode: raft', 'seed: 007', 'limit: 45s', 'tags: [smoke, raft]', 'language: de', 'checks: none', 'election: 200-200', 'pre-vote: false')}${block('> mark')}`
    expect(lab(text)).toMatchObject({
      title: 'A: b',
      limitMs: 45_000,
      tags: ['smoke', 'raft'],
      language: 'de',
      checks: false,
      runs: [
        {
          seed: '7',
          settings: { election: '200-200ms', 'pre-vote': 'off' },
          given: [
            { name: 'seed', value: '7' },
            { name: 'election', value: '200-200ms' },
            { name: 'pre-vote', value: 'off' },
          ],
        },
      ],
    })
    expect(lab(`${front('mode: raft', 'tags: smoke, raft')}${block('> mark')}`).tags).toEqual(['smoke', 'raft'])
  })

  it('runs once a mode, each with its settings and its blocks', () => {
    const text = `${front('mode: [raft, dynamo]', 'nodes: 3', 'heartbeat: 50ms', 'dynamo: {n: 3, w: 1, nodes: 4}')}${block('> put x 1')}\`\`\`lab dynamo\n> ring\n\`\`\`\n\`\`\`lab raft\n> expect leader != none\n\`\`\``
    const [first, second] = lab(text).runs
    const steps = (parts: NonNullable<typeof first>['parts'] | undefined): string[] =>
      (parts ?? []).flatMap((part) => (part.kind === 'lab' ? part.steps.map((step) => step.command.text) : []))
    expect(first).toMatchObject({ mode: 'raft', nodes: 3, settings: { heartbeat: '50ms' } })
    expect(second).toMatchObject({ mode: 'dynamo', nodes: 4, settings: { n: '3', w: '1' } })
    expect(steps(first?.parts)).toEqual(['put x 1', 'expect leader != none'])
    expect(steps(second?.parts)).toEqual(['put x 1', 'ring'])
  })

  it('has blocks for students, and checks that judge them', () => {
    const text = `${front('mode: raft')}\`\`\`lab todo crash\n\`\`\`\n\`\`\`lab check crash\n> expect faults <= 3\n> expect not used restart\n\`\`\``
    expect(lab(text).runs[0]?.parts.map((part) => (part.kind === 'lab' ? part.role : null))).toEqual([
      { kind: 'todo', name: 'crash' },
      { kind: 'check', name: 'crash', points: 1 },
    ])
  })

  it('can show a lab inside a longer fence, and other code, without running it', () => {
    const text = `${front('mode: raft')}\`\`\`\`markdown\n\`\`\`lab\n> nonsense\n\`\`\`\n\`\`\`\`\n~~~sh\n# no heading\n~~~\n${block('# > not this', '> # a comment', '> mark')}`
    expect(problems(text)).toEqual(['a.md:13: this line is neither a command ("> …") nor the answer to one'])
    const good = lab(text.replace('# > not this\n', ''))
    expect(good.runs[0]?.parts.map(({ kind }) => kind)).toEqual(['prose', 'prose', 'lab'])
  })

  it('knows the nodes and names of later lines', () => {
    expect(
      problems(
        `${front('mode: raft', 'nodes: 3')}${block('> kill n4', '> reset nodes=9', '> kill n9', '> kill $old', '> let old = leader', '> at 1s let oldest = n1', '> kill $old $oldest')}`,
      ),
    ).toEqual([
      'a.md:6: unknown node n4; the nodes are n1, n2, n3 (column 8)',
      'a.md:9: nothing is named $old yet; let old = … names it (column 8)',
    ])
  })

  it('a folder run takes files whose front matter has a mode', () => {
    expect(isLabText(SAMPLE)).toBe(true)
    expect(isLabText('# The guide\nmode: raft')).toBe(false)
    expect(isLabText(front('title: no lab'))).toBe(false)
    expect(isLabText(front('mode: flurble'))).toBe(true)
  })
})

describe('everything wrong in a lab is said at once, with its line', () => {
  it('says it all in one go', () => {
    const text = `${front('mode: raft', 'nods: 5', 'limit: soon', 'heartbeat: fast')}# A\n${block('> kil n1', '>kill n1', '> kill n9', '> get x timeout=1')}\`\`\`lab todoo x\n> mark\n\`\`\``
    expect(problems(text)).toEqual([
      'a.md:3: unknown key nods. Did you mean nodes?',
      'a.md:4: limit takes a duration like 60s or 2m, not "soon"',
      'a.md:5: heartbeat takes a duration like 250ms or 3s, not "fast"',
      'a.md:9: unknown command kil (column 3). Did you mean kill?',
      'a.md:10: a command line begins with "> ", a blank after the sign',
      'a.md:11: unknown node n9; the nodes are n1 … n5 (column 8)',
      'a.md:12: timeout= takes a duration like 250ms or 3s, not "1" (column 17)',
      'a.md:14: after lab stands a mode, todo NAME or check NAME, not todoo. Did you mean todo?',
    ])
  })

  it.each([
    ['# no front matter', ['a.md:1: a lab begins with front matter: a line ---, lines like mode: raft, a line ---']],
    ['', ['a.md:1: a lab begins with front matter: a line ---, lines like mode: raft, a line ---']],
    ['---\nmode: raft\n', ['a.md:1: the front matter is never closed with a line ---']],
    [front('title: x'), ['a.md:2: front matter needs a mode, for example mode: raft']],
    [front('just text'), ['a.md:2: front matter holds lines like mode: raft']],
    [front('mode: rfat'), ['a.md:2: unknown mode rfat; there is raft or dynamo. Did you mean raft?']],
    [front('mode: mapreduce'), ['a.md:2: mapreduce comes in a later version']],
    [front('mode: [raft, raft]') + block('> mark'), ['a.md:2: mode raft is named twice']],
    [front('mode: raft', 'nodes: [1, 2]') + block('> mark'), ['a.md:3: nodes takes one value']],
    [front('mode: raft', 'nodes: 0') + block('> mark'), ['a.md:3: nodes is at least 1, not 0']],
    [front('mode: raft', 'dynamo: {n: 3}') + block('> mark'), ["a.md:3: unknown key dynamo; this lab's mode is raft"]],
    [front('mode: raft', 'raft: {hartbeat: 50ms}') + block('> mark'), ['a.md:3: unknown setting hartbeat. Did you mean heartbeat?']],
    [front('mode: raft', 'raft: fast') + block('> mark'), ['a.md:3: raft takes its settings, {NAME: VALUE}']],
    [
      front('mode: raft', 'checks: linearizable') + block('> mark'),
      ["a.md:3: checks takes none; without it the mode's checks end the lab"],
    ],
    [front('mode: raft', 'title: [1]') + block('> mark'), ['a.md:3: title takes a text']],
    [front('mode: raft'), ['a.md:2: a lab needs a ```lab block with commands']],
    [`${front('mode: raft')}\`\`\`lab\n> mark\n`, ['a.md:4: this lab block is never closed']],
    [front('mode: raft') + block(), ['a.md:4: this lab block holds no command; commands begin with "> "']],
    [front('mode: raft') + block('ok', '> mark'), ['a.md:5: this line is neither a command ("> …") nor the answer to one']],
    [front('mode: raft') + block('> # only a comment', 'ok'), ['a.md:5: an answer stands below a comment']],
    [
      `${front('mode: raft')}\`\`\`lab dynamo\n> ring\n\`\`\`\n${block('> mark')}`,
      ["a.md:4: this block is for dynamo, which is not among the lab's modes (raft)"],
    ],
    [`${front('mode: raft')}\`\`\`lab check x\n> mark\n\`\`\``, ['a.md:4: lab check x has no lab todo x above it']],
    [`${front('mode: raft')}\`\`\`lab todo\n> mark\n\`\`\``, ['a.md:4: lab todo takes one name']],
    [`${front('mode: raft')}\`\`\`lab todo x\n\`\`\`\n\`\`\`lab todo x\n\`\`\``, ['a.md:6: there are two blocks lab todo x']],
  ])('%j', (text, said) => {
    expect(problems(text)).toEqual(said)
  })

  it('a duplicate key in front matter is an error of YAML with its line', () => {
    expect(problems(front('mode: raft', 'nodes: 3', 'nodes: 5') + block('> mark'))).toEqual([
      expect.stringMatching(/^a\.md:4: front matter: .*unique/i),
    ])
  })

  it('a prediction must be whole', () => {
    const predict = (...lines: string[]): string => `${front('mode: raft')}\`\`\`predict\n${lines.join('\n')}\n\`\`\`\n${block('> mark')}`
    expect(problems(predict('Who?', '- [ ] a', '- [x] b', 'because: so', 'it is'))).toEqual([])
    expect(problems(predict('- [ ] a', '- [ ] b', 'because: so'))).toEqual([
      'a.md:4: a prediction begins with a question',
      'a.md:4: no choice is right: mark it - [x]',
    ])
    expect(problems(predict('Who?', '- [x] a'))).toEqual([
      'a.md:4: a prediction needs two choices or more, lines like - [ ] the second',
      'a.md:4: a prediction ends with because: and the explanation',
    ])
    expect(problems(predict('Who?', '- [x] a', '- [ ] b', 'so it is', 'because: x'))).toEqual([
      'a.md:8: after the choices comes because: and the explanation',
    ])
  })

  it('a handout asks without the answer, and a check says what it is worth', () => {
    const open = '```predict\nWho?\n- [ ] a\n- [ ] b\n```\n'
    const exercise = (check: string): string =>
      `${front('mode: raft')}${open}\`\`\`lab todo x\n\`\`\`\n\`\`\`lab check x${check}\n> mark\n\`\`\``
    const roles = (text: string): unknown => lab(text).runs[0]?.parts.flatMap((part) => (part.kind === 'lab' ? [part.role] : []))
    expect(roles(exercise(''))).toEqual([
      { kind: 'todo', name: 'x' },
      { kind: 'check', name: 'x', points: 1 },
    ])
    expect(roles(exercise(' points=1000'))).toMatchObject([{}, { points: 1000 }])
    for (const bad of [' points=0', ' points=1001', ' points=1.5', ' points', ' y', ' points=2 points=3'])
      expect(problems(exercise(bad))).toEqual(['a.md:11: lab check takes one name, and points=1 to points=1000'])
    expect(problems(exercise('').replace('todo x', 'todo x points=2'))).toEqual(['a.md:9: lab todo takes one name'])
  })

  it('no text makes it throw', () => {
    const line = fc.constantFrom(
      '---',
      'mode: raft',
      'mode: [raft, {}]',
      'nodes: 3',
      ': :',
      '&a *a',
      '```lab',
      '```',
      '~~~',
      '```predict',
      '- [x] a',
      'because:',
      '> put x 1',
      '> kill "',
      '# h',
      '*',
      'raft: {a: [}',
      '? x',
      '\t',
      '<<: *a',
    )
    const start = fc.constantFrom('', '---\n', '---\nmode: raft\n---\n')
    fc.assert(
      fc.property(start, fc.array(fc.oneof(line, fc.string({ maxLength: 20 })), { maxLength: 14 }), (head, lines) => {
        const result = parseLab(head + lines.join('\n'), 'a.md', context)
        for (const problem of result.ok ? [] : result.problems) {
          expect(problem.line).toBeGreaterThanOrEqual(1)
          expect(problem.line).toBeLessThanOrEqual(lines.join('\n').split('\n').length + 4)
        }
      }),
      { numRuns: 500 },
    )
  })
})

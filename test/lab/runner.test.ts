/** LANGUAGE §4 and §5: how labs run, where they stop, and with which code. */
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { toJunit } from '../../src/report/junit.ts'
import { exitOfRun, exitOfSuite } from '../../src/report/outcome.ts'
import { block, labText, run } from './runner.ts'

const PUT = '> put city Oslo timeout=10s'

test('a lab stops at its first failure; later blocks are skipped, the checkers still run, every outcome has its code', async () => {
  const ran = await run(
    {
      'stops.md': labText(
        block('Good', [PUT, '> get city', 'Bergen OR Oslo']) +
          block('Bad', ['> get city', 'Turku', '> put city Espoo']) +
          block('Never', ['> get city']),
      ),
      'unknown.md': labText(block('Nothing was asked', ['> expect linearizable']), 'checks: none'),
      'none.md': labText(block('No checks', ['> status', '*']), 'checks: none'),
      'violates.md': labText(block('A background write fails', ['> wake n1 &', '> wait 300ms']) + block('Never', [PUT])),
    },
    { jobs: 2 },
  )
  const stopped = ran.suite('stops.md')
  expect(stopped.cases.map(({ status }) => status)).toEqual(['passed', 'failed', 'skipped'])
  expect(stopped.cases[1]).toMatchObject({ why: expect.stringMatching(/^get city: expected Turku, got Oslo/), heading: 'Bad' })
  expect(stopped.cases[1]?.commands).toMatchObject([{ command: 'get city', passed: false, expected: 'Turku', actual: 'Oslo', line: 17 }])
  expect(stopped.checks).toMatchObject([
    { name: 'termination', verdict: 'valid' },
    { name: 'nothing-lost', verdict: 'valid' },
    { name: 'linearizable', verdict: 'valid' },
  ])
  expect(exitOfSuite(stopped)).toBe(1)
  expect(stopped.reproduce).toMatch(/^splitbrain run \S*stops\.md --seed \d+$/)
  expect(ran.suite('unknown.md').cases).toMatchObject([
    { status: 'unknown', why: expect.stringContaining('no operation was acknowledged') },
  ])
  expect(exitOfSuite(ran.suite('unknown.md'))).toBe(4)
  expect(ran.suite('none.md')).toMatchObject({ checks: [], cut: 'none' })
  expect(exitOfSuite(ran.suite('none.md'))).toBe(0)
  expect(ran.suite('violates.md').cases).toMatchObject([{ status: 'failed', why: 'wake n1: refused: n1 is live' }, { status: 'skipped' }])
  expect(exitOfRun(ran.run)).toBe(1)
  expect(ran.events.filter(({ type }) => type === 'case-end')).toHaveLength(7)
  const junit = toJunit(ran.run)
  for (const part of ['<failure type="failed"', '<failure type="unknown"', '<skipped', 'expected Turku, got Oslo'])
    expect(junit).toContain(part)
  const kept = JSON.parse(readFileSync(join(stopped.folder ?? '', 'result.json'), 'utf8'))
  expect(kept).toMatchObject({ status: 'failed', cut: 'none' })
  for (const file of ['events.jsonl', 'history.jsonl']) expect(existsSync(join(stopped.folder ?? '', file))).toBe(true)
})

test('a check block judges its todo: its counts and words, not its own', async () => {
  const todo = (lines: string[]): string =>
    labText(
      block('Do', lines, 'lab todo crash') +
        block('Between', [PUT]) +
        block('Judge', ['> expect faults <= 1', '> expect not used restart'], 'lab check crash'),
      'nodes: 3',
    )
  const ran = await run(
    {
      'fair.md': todo([PUT, '> kill follower']),
      'often.md': todo(['> kill follower', '> mark', '> wake last', '*', '> sleep follower for=1s']),
      'means.md': todo(['> kill follower', '> at 0s restart last']),
    },
    { jobs: 2 },
  )
  const last = (name: string) => ran.suite(name).cases.at(-1)
  expect(last('fair.md')).toMatchObject({ status: 'passed' })
  expect(
    ran
      .suite('often.md')
      .cases.map(({ why }) => why)
      .find((why) => why !== null),
  ).toContain('faults = 2')
  expect(last('means.md')?.why).toContain('restart was used')
})

test('the time limit ends a lab with 124 and no failure of the block; ctrl-C with 130 and no checks', async () => {
  const slow = labText(block('Long', [PUT, '> wait 60s']) + block('Never', [PUT]), 'limit: 3s')
  const late = await run({ 'slow.md': slow })
  expect(late.suite()).toMatchObject({
    cut: 'time-limit',
    cases: [{ status: 'skipped', why: 'the time limit came before its end' }, { status: 'skipped' }],
  })
  expect(late.suite().checks.map(({ verdict }) => verdict)).toEqual(['valid', 'valid', 'valid'])
  expect(exitOfRun(late.run)).toBe(124)

  const controller = new AbortController()
  const stopped = await run(
    { 'a.md': labText(block('Quick', [PUT]) + block('Long', ['> wait 60s'])), 'b.md': labText(block('Never', [PUT])) },
    {},
    controller.signal,
    (event) => {
      if (event.type === 'case-end') controller.abort()
    },
  )
  expect(stopped.run.suites).toHaveLength(1)
  expect(stopped.suite()).toMatchObject({ cut: 'interrupted', checks: [] })
  expect(exitOfRun(stopped.run)).toBe(130)
})

test('a machine that refuses is 3; a bad file, seed or tag is usage, before anything starts', async () => {
  const file = labText(block('Any', [PUT]))
  const ran = await run({ 'a.md': file }, { baseDir: '/dev/null' })
  expect(ran.suite()).toMatchObject({ cases: [{ status: 'environment' }], checks: [], folder: null })
  expect(exitOfRun(ran.run)).toBe(3)
  expect(toJunit(ran.run)).toContain('<error type="environment"')
  await expect(run({ 'a.md': file, 'b.md': labText(block('Bad', ['> putt city Oslo'])) })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/b\.md:\d+: .*Did you mean put\?/),
  })
  await expect(run({ 'a.md': file }, { seed: 'seven' })).rejects.toMatchObject({ code: 'usage' })
  await expect(run({ 'a.md': file }, { tags: ['nightly'] })).rejects.toMatchObject({ code: 'usage' })
  await expect(run({ 'b.md': labText(block('x', [PUT]), 'bug: double-vote', 'bug-on: n9') })).rejects.toMatchObject({ code: 'usage' })
})

test('always rules and expected violations stand among the checks', async () => {
  const ran = await run(
    {
      'broken.md': labText(
        block('Arm', [PUT, '> always failed = 0', '> always leaders <= 1', '> kill n1', '> wait 300ms', '> restart n1']),
      ),
      'stale.md': labText(
        block('Cut the leader off', [
          '> put city Oslo as=c1 timeout=10s',
          '> get city as=c2 via=leader timeout=10s',
          'Oslo',
          '> let old = leader',
          '> partition $old c2 | rest c1',
          '> put city Bergen as=c1 timeout=10s',
          '> get city as=c2 via=$old',
          'Oslo',
        ]) + block('Judge', ['> expect not linearizable']),
        'nodes: 3',
        'bug: local-reads',
        'check-quorum: off',
      ),
    },
    { jobs: 2 },
  )
  const broken = ran.suite('broken.md')
  expect(broken.cases).toMatchObject([{ status: 'passed' }])
  expect(broken.checks.slice(3)).toMatchObject([
    { name: 'always failed = 0', verdict: 'invalid', passed: false, why: 'failed = 1' },
    { name: 'always leaders <= 1', verdict: 'valid', passed: true },
  ])
  expect(exitOfSuite(broken)).toBe(1)
  const stale = ran.suite('stale.md')
  expect(stale.cases.map(({ status, why }) => why ?? status)).toEqual(['passed', 'passed'])
  const judged = stale.checks.find(({ name }) => name === 'linearizable')
  expect(judged).toMatchObject({ verdict: 'invalid', passed: true })
  expect(judged?.witness.length).toBeGreaterThan(0)
  expect(exitOfSuite(stale)).toBe(0)
})

test('repeat, until-fail, bail, seed: how often, how long, and which', async () => {
  const good = labText(block('Good', [PUT]), 'checks: none')
  const bad = labText(block('Bad', ['> expect failed = 1 within 10ms']), 'checks: none')
  const twice = await run({ 'a.md': good }, { repeat: 2, seed: '42' })
  expect(twice.run.suites.map(({ round, seed }) => [round, seed])).toEqual([
    [1, '42'],
    [2, '42'],
  ])
  expect(twice.suite().reproduce).toContain('--seed 42')
  expect((await run({ 'a.md': bad, 'b.md': good }, { bail: true })).run.suites).toHaveLength(1)
  expect((await run({ 'a.md': bad }, { untilFail: true })).run.suites).toHaveLength(1)
  const { folder } = twice
  expect(readlinkSync(join(folder, '.splitbrain', 'latest'))).toBe(join('runs', basename(twice.run.suites[1]?.folder ?? '')))
  expect(readdirSync(join(folder, '.splitbrain', 'runs'))).toHaveLength(2)
})

test('a file is run once a mode it names; one that names a mode twice or none of ours is refused', async () => {
  await expect(run({ 'a.md': labText(block('x', [PUT]), 'mode: [raft, paxos]') })).rejects.toMatchObject({ code: 'usage' })
  const ran = await run({
    'a.md': labText(block('All', [PUT]) + block('Raft only', ['> expect leaders = 1'], 'lab raft'), 'mode: [raft]', 'checks: none'),
  })
  expect(ran.suite()).toMatchObject({ mode: 'raft', cases: [{ status: 'passed' }, { heading: 'Raft only', status: 'passed' }] })
})

test('update rewrites answers that do not match, all of them in one run, and leaves judgements alone', async () => {
  const text = labText(
    block('Ask', [PUT, 'nope', '> get city', 'Turku', '> get none', 'none', '> wake n1', '> expect failed = 0']),
    'checks: none',
  )
  const ran = await run({ 'a.md': text }, { update: true })
  expect(ran.suite().cases).toMatchObject([{ status: 'passed' }])
  const updated = readFileSync(join(ran.folder, 'a.md'), 'utf8')
  expect(updated).toContain(`${PUT}\nok\n> get city\nOslo\n> get none\nnone\n> wake n1\nrefused: n1 is live\n> expect failed = 0\n`)
  writeFileSync(join(ran.folder, 'b.md'), text.replace('failed = 0', 'failed = 1 within 10ms'))
  const wrong = await run({ 'b.md': readFileSync(join(ran.folder, 'b.md'), 'utf8') }, { update: true })
  expect(exitOfRun(wrong.run)).toBe(1)
  expect(readFileSync(join(wrong.folder, 'b.md'), 'utf8')).toContain('> expect failed = 1 within 10ms\n```')
})

test('patience stretches within and operations, and stands in the line that reproduces', async () => {
  const ran = await run(
    { 'a.md': labText(block('Late', ['> after 700ms kill n1', '> expect failed = 1 within 300ms']), 'checks: none') },
    { patience: 20 },
  )
  expect(ran.suite().cases).toMatchObject([{ status: 'passed' }])
  expect(ran.suite().reproduce).toMatch(/--patience 20$/)
})

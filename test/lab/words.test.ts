/** The other words: clock, disk, chaos, load, recover, reset, let, mark, set, save, run, and the views. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runLabs } from '../../src/lab/run-labs.ts'
import { until } from '../cluster/until.ts'
import { freshFolder, must, openSmall, say as sayTo, sharedLab } from './real-lab.ts'

describe('on three nodes', () => {
  const shared = sharedLab()
  const { say, must, events } = shared

  test('a bent clock and a bent disk are named, make the prediction uncertain, and are undone as they say', async () => {
    expect(await say('clock n1 +60s')).toBe('ok bent the clock of n1; undo: clock n1 ok')
    expect(await say('clock n1 drift=1%')).toBe('ok bent the clock of n1; undo: clock n1 ok')
    expect(await say('disk n2 slow=5ms')).toBe('ok disk of n2: slow; undo: disk n2 ok')
    expect(shared.lab.run.faults()).toEqual(['n1 clock +60000 ms', 'n1 clock drift 1.00 %', 'n2 disk slow 5 ms'])
    expect(shared.lab.run.health.predicted.uncertain).toBe(true)
    expect(await say('clock last ok')).toBe('ok the clocks of n2 are true again')
    expect(await say('clock n1 ok')).toBe('ok the clocks of n1 are true again')
    expect(await say('disk n2 ok')).toBe('ok the disks of n2 are sound again')
    expect(shared.lab.run.faults()).toEqual([])
  })

  test('a full disk halts its node with a reason; recover brings it back', async () => {
    await must('let victim = follower')
    expect(await say('disk $victim full')).toMatch(/^ok disk of n\d: full; undo: disk n\d ok, then restart n\d$/)
    await must('put city Bergen timeout=10s', 'expect failed = 1 within 10s')
    expect(events.find(({ type }) => type === 'exit')?.text).toMatch(/^n\d halted: /)
    expect(await say('recover')).toMatch(/^ok undone: n\d dead, n\d disk full$/)
    expect(await say('recover')).toBe('ok nothing was broken')
    await must('expect healthy')
  })

  test('recover undoes every kind at once', async () => {
    await must('kill n1', 'sleep n2', 'cut n1 | n3', 'hold n3 -> n2', 'link all | all loss=1%', 'clock n3 +1s', 'disk n3 slow=1ms')
    expect(shared.lab.run.faults()).toHaveLength(7)
    expect(await say('recover')).toMatch(/^ok undone: n1 dead, n2 asleep, /)
    expect(shared.lab.run.faults()).toEqual([])
  })

  test('chaos keeps a majority, tells each fault in its own name, and stop undoes what is in force', async () => {
    events.length = 0
    shared.lab.session.beginBlock(shared.lab.run.clock.nowNs(), 0)
    expect(await say('chaos start faults=kill,sleep,cut,loss every=50ms hold=300ms')).toBe(
      'ok a fault every 0.05 s, each for 0.3 s; undo: chaos stop',
    )
    expect(await say('chaos start')).toMatch(/^refused: chaos is running already/)
    await until('it made four faults', () => {
      const down = shared.lab.run.views().filter((view) => view.state !== 'live').length
      expect(down).toBeLessThanOrEqual(1)
      return events.filter(({ type, text }) => type === 'fault' && text?.startsWith('chaos: ') === true).length >= 4
    })
    expect(await say('chaos stop')).toMatch(/^ok \d+ faults made and undone$/)
    expect(shared.lab.run.faults()).toEqual([])
    expect(await say('chaos stop')).toBe('refused: chaos is not running')
    expect(await say('expect not used kill')).toBe('ok')
    await must('expect faults >= 4', 'expect healthy within 20s')
  })

  test('a load works beside the prompt, stands in the history, and stops with what it did', async () => {
    await must('mark')
    expect(await say('load start clients=2 keys=3 rate=200/s')).toBe('ok 2 clients on 3 keys; undo: load stop')
    expect(await say('load start')).toMatch(/^refused: a load is running already/)
    await must('partition n1 l1 | n2 n3 l2', 'heal', 'expect acked(l1) > 5 within 20s', 'expect acked > 10 within 20s')
    expect(await say('load stop')).toMatch(/^ok \d+ ok, \d+ fail, \d+ unknown; p50 \d+\.\d ms, p99 \d+\.\d ms$/)
    expect(await say('load stop')).toBe('refused: no load is running')
    expect(await say('expect linearizable')).toBe('ok')
    expect(await say('load start clients=1 rate=50/s')).toMatch(/^ok/)
    await must('load stop')
  })

  test('let names nodes and facts, and nothing that has no one value', async () => {
    expect(await say('let pair = n1, n2')).toBe('ok $pair is n1 n2')
    expect(await say('let c = commit(leader)')).toMatch(/^ok \$c is \d+$/)
    expect(await say('let c = commit(all)')).toMatch(/^refused: let takes one value/)
    expect(await say('kill $c')).toMatch(/^refused: \$c is \d+, not a node$/)
    await must('kill n1')
    expect(await say('let copy = local(city, n1)')).toBe('refused: local(city, n1) cannot be told: n1 is dead')
    await must('recover')
  })

  test('a live setting takes effect at once, and a node that restarts has it too', async () => {
    await must('set election=5s-5s heartbeat=60ms', 'restart followers', 'mark', 'kill leader')
    expect(await say('expect leader = none for 1s')).toBe('ok')
    await must('set election=150ms-300ms', 'restart dead', 'expect healthy within 20s')
    await expect(say('set sessions=7')).rejects.toMatchObject({ code: 'usage' })
  })

  test('views show what they say', async () => {
    await must('put city Oslo timeout=10s', 'kill n3')
    expect(await say('status')).toMatch(/^observed .*\npredicted degraded.*\nleader .*\nfailed {4}1 of 3\nfaults {4}n3 dead$/)
    expect(await say('nodes')).toMatch(/^node +state .*role/)
    expect(await say('log leader')).toMatch(/put +city +Oslo/)
    expect(await say('log n3')).toBe('n3 does not answer')
    expect(await say('peek city')).toMatch(/^n1 Oslo\nn2 Oslo\nn3 is dead$/)
    expect(await say('peek nothing n1')).toBe('n1 none')
    expect(await say('ops')).toMatch(/^\d+ operations: \d+ ok, \d+ fail, \d+ info\nclient +f +key/)
    expect(await say('events')).toMatch(/^\+\d+\.\d{3}s /)
    expect(await say('metrics')).toMatch(/^datagrams-in +\d+ +\d+/m)
    expect(await say('links')).toMatch(/^all links open\nlink/)
    expect(await say('stderr n1')).toBe('n1: nothing')
    expect(await say('check')).toMatch(/^nothing-lost: valid[\s\S]*\nlinearizable: valid/)
    await must('restart n3')
  })

  test('reset is a fresh cluster: same seed, settings in force stay, those named change, history and names are gone', async () => {
    await must('let old = leader', 'set heartbeat=40ms')
    const { seed } = shared.lab.run.options
    const { folder } = shared.lab
    expect(await say('reset nodes=4')).toBe(`ok 4 fresh nodes, seed ${seed}`)
    expect(shared.lab.run.options.settings).toMatchObject({ heartbeat: '40ms', preset: 'fast' })
    expect(shared.lab.folder).not.toBe(folder)
    await expect(say('kill $old')).rejects.toThrow('old')
    expect(await say('get city timeout=10s')).toBe('none')
    expect(await say('expect acked = 1')).toBe('ok')
    expect(await say('expect messages > 0')).toBe('ok')
    expect(await say('reset bug=double-vote bug-on=n4 nodes=3')).toBe('refused: bug-on names n4; the nodes are n1 to n3')
    expect(await say('reset preset=paper nodes=1')).toMatch(/^ok 1 fresh nodes/)
    expect(shared.lab.run.options.settings).toMatchObject({ 'pre-vote': 'off', heartbeat: '40ms' })
  })
})

test('ten commands that were typed are saved as a lab, and the lab passes again and again', async () => {
  const folder = freshFolder()
  const file = join(folder, 'mine.md')
  const lab = await openSmall({ seed: 11, baseDir: folder })
  await must(lab, 'expect healthy within 20s', 'put city Oslo timeout=10s', 'add visits 1', 'let f = follower', 'kill $f', 'get city')
  await must(lab, 'expect failed = 1', 'restart last', 'expect healthy within 20s', 'cas city Oslo Bergen timeout=10s')
  expect(await sayTo(lab, `save ${file}`)).toBe(`ok wrote ${file}; splitbrain run ${file} plays it again`)
  expect(await sayTo(lab, `save ${file}`)).toMatch(/^refused: .* exists; save .* force overwrites it$/)
  await must(lab, `save ${file} force`)
  expect(await sayTo(lab, 'save /nowhere/at/all.md')).toBe('fail file: cannot write /nowhere/at/all.md: ENOENT')
  expect(readFileSync(file, 'utf8')).toContain('seed: 11')
  expect(await sayTo(lab, `run ${file}`)).toBe(`ok ${file} passed`)
  writeFileSync(join(folder, 'wrong.md'), readFileSync(file, 'utf8').replace(/^Oslo$/m, 'Turku'))
  expect(await sayTo(lab, `run ${join(folder, 'wrong.md')}`)).toMatch(/^fail lab: 1 step/)
  await expect(lab.do(`run ${join(folder, 'none.md')}`)).rejects.toMatchObject({ code: 'usage' })
  await lab.close()
  const request = { paths: [file], stdin: null, tags: [], jobs: 1, untilFail: false, bail: false, patience: 2, seed: null, update: false }
  const result = await runLabs({ ...request, repeat: 2, baseDir: folder }, () => {}, new AbortController().signal)
  expect(result.suites.map((suite) => suite.cases.map(({ status, why }) => why ?? status))).toEqual([['passed'], ['passed']])
  expect(existsSync(join(folder, '.splitbrain', 'latest', 'result.json'))).toBe(true)
})

/** What the lab does with a mode that brings more than Raft: taken from the mode, on real processes. */
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { Lab } from '../../../src/lab/lab.ts'
import { optionsFrom } from '../../../src/lab/open.ts'
import { freshFolder, must, say } from '../real-lab.ts'
import { freshScript, type Script, toyMode } from './mode.ts'

const script: Script = freshScript()
let lab: Lab

beforeAll(async () => {
  const given = [
    { name: 'nodes', value: '4' },
    { name: 'seed', value: '7' },
    { name: 'preset', value: 'fast' },
  ]
  const command = [process.execPath, fileURLToPath(new URL('./joining-node.mjs', import.meta.url))]
  lab = await Lab.open({ ...optionsFrom(toyMode(script), given), baseDir: freshFolder(), patience: 1, command })
  await must(lab, 'expect healthy within 20s', 'put city Oslo timeout=10s')
})
afterAll(() => lab?.close())
beforeEach(() => Object.assign(script, { ...freshScript(), asked: script.asked }))

describe('data operations', () => {
  it('siblings are answered sorted, stand in the history as a list, and a note stays outside', async () => {
    expect(await say(lab, 'get cart')).toBe('eggs | milk')
    expect(await lab.do('get cart')).toMatchObject({ siblings: ['eggs', 'milk'], note: '2 of 3, n4 for n2', context: 'opaque' })
    expect([...lab.run.history.events()].at(-1)).toMatchObject({ f: 'get', value: ['eggs', 'milk'], lineage: { seen: ['c0.1', 'c1.1'] } })
  })

  it('the options of the mode reach its client, and what a write made the history', async () => {
    await must(lab, 'put cart eggs w=3 blind context=opaque')
    expect(script.asked.at(-1)).toMatchObject({ f: 'put', key: 'cart', options: { w: '3', blind: 'on', context: 'opaque' } })
    expect([...lab.run.history.events()].at(-1)).toMatchObject({ f: 'put', lineage: { over: [] } })
    await must(lab, 'resolve cart union')
    expect(script.asked.at(-1)).toMatchObject({ f: 'resolve', key: 'cart', value: null })
  })

  it('an option that the cluster could not have is refused before anything is asked', async () => {
    const before = script.asked.length
    expect(await say(lab, 'put cart eggs w=5')).toBe('refused: w=5 is more than the 4 nodes there are')
    expect(await say(lab, 'set w=9')).toBe('refused: w=9 is more than the 4 nodes there are')
    expect(await say(lab, 'reset nodes=1')).toBe('refused: w=2 is more than the 1 nodes there are')
    expect(script.asked.length).toBe(before)
  })
})

describe('commands, sets, facts and checks of the mode', () => {
  it('a command of the mode answers its lines, or why not', async () => {
    expect(await say(lab, 'ring')).toBe('all of it\nw 2')
    await must(lab, 'set w=1')
    expect(await say(lab, 'ring')).toBe('all of it\nw 1')
    expect(await say(lab, 'ring homes(cart)')).toBe('n1+n2')
    await must(lab, 'kill n3')
    expect(await say(lab, 'ring n3')).toBe('refused: a node does not answer')
    await must(lab, 'restart n3')
  })

  it('keys name their homes and those that stand in', async () => {
    expect(await say(lab, 'let h = home(cart,2)')).toBe('ok $h is n2')
    expect(await say(lab, 'let f = fallback(cart)')).toBe('ok $f is n3')
    expect(await say(lab, 'let g = fallback(city)')).toBe('refused: no node stands in for a home of city now')
    expect(await say(lab, 'let g = home(cart,3)')).toBe('refused: cart has 2 homes, so no home 3')
  })

  it('facts about keys compare', async () => {
    expect(await say(lab, 'expect siblings(cart) = 2')).toBe('ok')
    expect(await say(lab, 'expect siblings(city) = 2 within 10ms')).toContain('siblings(city) = 1')
    expect(await say(lab, 'let s = siblings(cart)')).toBe('ok $s is 2')
  })

  it('a live check is asked again until it is so, and says why if it is not', async () => {
    script.converged = [false, false, true]
    expect(await say(lab, 'expect converged')).toBe('ok')
    script.converged = [false]
    expect(await say(lab, 'expect converged within 300ms')).toContain('fail expected: converged within 300ms, but n2 lacks cart')
    expect(await say(lab, 'expect not converged')).toBe('ok')
    expect(await say(lab, 'check converged')).toContain('fail check: converged: invalid')
    script.converged = [true]
    expect(await say(lab, 'check')).toMatch(/^converged: valid\n.*all copies agree/)
  })

  it('while faults are in force a live check that does not hold proves nothing', async () => {
    script.converged = [false]
    await must(lab, 'cut n1 | n2')
    expect(await say(lab, 'check converged')).toMatch(/^unknown check: converged: unknown\n.*faults are in force: cut n1 \| n2/)
    await must(lab, 'heal')
  })

  it('the picture and the status have what the mode shows in place of a leader', async () => {
    await vi.waitFor(() => expect(lab.scene.facts).toEqual([{ name: 'hints', value: '0' }]))
    expect(await say(lab, 'status')).toMatch(/\nhints +0\n/)
    expect(await say(lab, 'status')).not.toContain('leader')
  })
})

const nodes = (): readonly string[] => lab.language.nodes ?? []

describe('members', () => {
  it('a node leaves: the process ends, and no command knows it any more', async () => {
    await must(lab, 'isolate n4')
    expect(await say(lab, 'leave n4 via=n1')).toBe('ok n4 left; undo: join n4')
    expect(script.asked.at(-1)).toMatchObject({ f: 'leave', key: 'n4', via: 'n1' })
    expect(nodes()).toEqual(['n1', 'n2', 'n3'])
    expect(lab.run.cluster.pids().has('n4')).toBe(false)
    expect(lab.run.faults()).toEqual([])
    await must(lab, 'partition n1 | n2 n3', 'heal')
  })

  it('a seed that is dead is no seed', async () => {
    await must(lab, 'kill n2')
    expect(await say(lab, 'join n4 seed=n2')).toBe('refused: the seed n2 is dead')
    expect(nodes()).toEqual(['n1', 'n2', 'n3'])
    await must(lab, 'restart n2')
  })

  it('a join that the protocol refuses leaves nothing behind', async () => {
    script.membership = { outcome: 'fail', code: 'taken', why: 'n4 was here before' }
    expect(await say(lab, 'join n4')).toBe('fail taken: n4 was here before')
    expect(nodes()).toEqual(['n1', 'n2', 'n3'])
    expect(lab.run.cluster.pids().has('n4')).toBe(false)
  })

  it('a node joins: a process, known to sets, links and views; the protocol was asked through its seed', async () => {
    expect(await say(lab, 'join n4 seed=n2')).toBe('ok n4 joined through n2; undo: leave n4')
    expect(script.asked.at(-1)).toMatchObject({ f: 'join', key: 'n4', value: 'n2' })
    expect(nodes()).toEqual(['n1', 'n2', 'n3', 'n4'])
    expect(await say(lab, 'nodes')).toMatch(/\nn4 +live/)
    await must(lab, 'partition n4 | rest', 'heal', 'expect failed = 0')
    expect([...lab.run.history.events()].some(({ f }) => f === 'join')).toBe(false)
  })

  it('for a node that is down another is asked to let it go', async () => {
    await must(lab, 'kill n4', 'leave n4')
    expect(script.asked.at(-1)).toMatchObject({ f: 'leave', key: 'n4', via: 'n1' })
    await must(lab, 'join n4')
  })

  it.each([
    ['join n3', 'refused: n3 is there already; the nodes are n1 n2 n3 n4'],
    ['leave n1 n2', 'refused: leave takes one node, and n1 n2 is n1 n2'],
  ])('%s: %s', async (line, answer) => {
    const pids = lab.run.cluster.pids().size
    expect(await say(lab, line)).toBe(answer)
    expect(lab.run.cluster.pids().size).toBe(pids)
  })

  it('one whose end nobody knows stays, and so does a node that may still leave', async () => {
    script.membership = { outcome: 'info', code: 'timeout', why: 'no answer in 10s' }
    expect(await say(lab, 'leave n4')).toBe('unknown timeout: no answer in 10s; n4 runs on and may still leave')
    expect(lab.run.cluster.pids().has('n4')).toBe(true)
    script.membership = { outcome: 'ok' }
    await must(lab, 'leave n4')
    script.membership = { outcome: 'info', code: 'timeout', why: 'no answer in 10s' }
    expect(await say(lab, 'join n4')).toBe('unknown timeout: no answer in 10s; n4 runs and may still come in; undo: leave n4')
    expect(lab.run.cluster.pids().has('n4')).toBe(true)
  })

  it('the last node cannot leave, nor one that the settings need', async () => {
    await must(lab, 'leave n4', 'set w=3')
    expect(await say(lab, 'leave n3')).toBe('refused: n3 cannot leave: w=3 is more than the 2 nodes there are')
    await must(lab, 'set w=1', 'leave n3', 'leave n2')
    expect(await say(lab, 'leave n1')).toBe('refused: n1 is the last node, and the last cannot leave')
  })
})

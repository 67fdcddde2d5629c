/** The network commands against real datagrams: what is cut, held and bent, and how each says it is undone. */
import { expect, test } from 'vitest'
import { sharedLab } from './real-lab.ts'

const shared = sharedLab()
const { say, must } = shared

test('a partition names its sides and its undo, replaces the one before, and heals', async () => {
  expect(await say('partition n1 | rest')).toBe('ok partition n1 | n2 n3; undo: heal')
  expect(await say('partition n2 | rest')).toBe('ok partition n2 | n1 n3; undo: heal')
  expect(shared.lab.run.faults()).toEqual(['partition n2 | n1 n3'])
  expect(await say('expect predicted = degraded')).toBe('ok')
  expect(await say('heal')).toBe('ok all links open')
  expect(shared.lab.run.faults()).toEqual([])
  for (const shape of ['halves', 'bridge']) expect(await say(`partition ${shape}`)).toMatch(/^ok partition .*; undo: heal$/)
  expect(await say('partition ring')).toBe('refused: ring needs 4 nodes, this cluster has 3')
  await must('heal')
})

test('a node left out is an error with its cure; a client left out reaches every side, a client named only its own', async () => {
  await expect(say('partition n1 | n2')).rejects.toThrow('Did you mean partition n1 | n2 | rest?')
  await must('expect leader != none', 'let lead = leader', 'put city Bergen as=c1 timeout=10s', 'put city Bergen as=c2 timeout=10s')
  await must('partition $lead c2 | rest')
  expect(await say('get city as=c1 timeout=10s')).toBe('Bergen')
  expect(await say('put city Turku as=c2 timeout=700ms')).toMatch(/^(fail|unknown) /)
  await must('heal', 'expect healthy within 20s')
})

test('chaos heals what chaos cut; a person heals everything', async () => {
  await must('cut n1 | n2')
  await shared.lab.typeAs('chaos', 'isolate n3')
  expect(shared.lab.run.faults()).toEqual(['isolate n3', 'cut n1 | n2'])
  await shared.lab.typeAs('chaos', 'heal')
  expect(shared.lab.run.faults()).toEqual(['cut n1 | n2'])
  await must('heal')
  expect(shared.lab.run.faults()).toEqual([])
})

test('cut adds, one way or both; isolate cuts from everyone', async () => {
  expect(await say('cut n1 | n2')).toBe('ok cut n1 | n2; undo: heal')
  expect(await say('cut n3 -> n1')).toBe('ok cut n3 -> n1; undo: heal')
  expect(shared.lab.run.plan.describe()).toEqual(['cut n1 | n2', 'cut n3 -> n1'])
  expect(shared.lab.run.plan.open('n1', 'n3')).toBe(true)
  await must('heal')
  expect(await say('isolate follower')).toMatch(/^ok isolated n\d; undo: heal$/)
  expect(await say('expect degraded within 10s')).toBe('ok')
  expect(await say('expect leaders = 1')).toBe('ok')
  await must('heal', 'expect healthy within 20s')
})

test('a held link delivers what it kept, counted, at release and not at heal', async () => {
  await must('expect leader != none', 'let lead = leader', 'let other = follower')
  expect(await say('hold $lead -> $other')).toMatch(/^ok holding n\d -> n\d; undo: release$/)
  await must('heal')
  expect(shared.lab.run.plan.describe()).toHaveLength(1)
  await must('expect metric(links-held) > 0')
  const released = /^ok delivered (\d+) held datagrams$/.exec(await say('release'))
  expect(Number(released?.[1])).toBeGreaterThan(0)
  await must('expect healthy within 20s')
})

test('link bends only what it names, takes a rule back with zero, and clears; it makes the prediction uncertain', async () => {
  expect(await say('link n1 | n2 delay=5ms loss=1%')).toBe('ok bent n1 | n2; undo: link clear')
  await must('link n1 | n2 loss=0%')
  expect(shared.lab.run.plan.rules('n1', 'n2')).toMatchObject({ delayMs: 5, loss: 0 })
  expect(shared.lab.run.health.predicted.uncertain).toBe(true)
  expect(await say('link clear')).toBe('ok all links straight')
  expect(shared.lab.run.health.predicted.uncertain).toBe(false)
})

test('a bend taken back is no fault; a cut and a bend are', async () => {
  await must('mark', 'link n1 | n2 loss=1%', 'link n1 | n2 loss=0%', 'cut n1 | n2', 'heal', 'link clear', 'release')
  expect(await say('expect faults = 2')).toBe('ok')
})

test('what lost, doubled and corrupted datagrams there were stands in links and metrics', async () => {
  await must('link all | all loss=20% dup=20% corrupt=5%', 'expect metric(links-dropped-loss) > 0 within 10s')
  await must('expect metric(links-duplicated) > 0 within 10s', 'expect metric(dropped-crc) > 0 within 10s', 'link clear')
  expect(await say('links')).toMatch(/^n1 -> n2 .*loss \d+/m)
  expect(await say('metrics')).toMatch(/^dropped-crc/m)
})

test('a network word that names nobody is refused and changes nothing', async () => {
  expect(await say('cut asleep | n1')).toBe('refused: no node is asleep')
  expect(await say('partition n1 l9 | rest')).toMatch(/^refused: .*l9/)
  expect(shared.lab.run.faults()).toEqual([])
})

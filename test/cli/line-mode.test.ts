import { describe, expect, it, vi } from 'vitest'
import { runLineMode } from '../../src/cli/line-mode.ts'
import { FakeLab, ok } from '../ui/fake-lab.ts'
import { testContext } from './context.ts'

function start(lines: readonly string[], lab: FakeLab, deaf = new AbortController().signal, attended = false) {
  async function* input() {
    yield* lines
  }
  const test = testContext({}, { attended })
  const ended = runLineMode({ lab, lines: input(), context: test.context, locals: new Map(), deaf })
  return { test, lab, ended }
}

const store = { 'put city Oslo': ok(), 'get city': ok({ value: 'Oslo' }), 'get none': ok({ value: null }) }
const failed = { status: 'fail', text: 'degraded, not healthy', ms: 2000 } as const

describe('answers in a pipe', () => {
  it('stand in column 0, in order, and the end of input exits with 0', async () => {
    const { test, lab, ended } = start(['put city Oslo', '', '# a comment', 'get city', 'get none'], new FakeLab(store))
    expect(await ended).toBe(0)
    expect(test.stdout).toBe('ok\nOslo\nnone\n')
    expect(test.stderr).toBe('')
    expect(lab.closed).toBe(1)
  })

  it('events begin with #, echoes of what was typed are left out', async () => {
    const lab = new FakeLab()
    const { test, ended } = start(['kill leader'], lab)
    await vi.waitFor(() => expect(lab.waiting).toHaveLength(1))
    lab.say({ time: 0, type: 'command', text: 'kill leader' })
    lab.say({ time: 1_204_000_000, type: 'note', text: 'n3 became leader, term 5' })
    lab.answer('kill leader', ok({ text: 'killed n4 (leader, term 4); undo: restart n4' }))
    expect(await ended).toBe(0)
    expect(test.stdout).toBe('# +1.204s n3 became leader, term 5\nok killed n4 (leader, term 4); undo: restart n4\n')
  })

  it('a command blocks the next one, unless it ends in &', async () => {
    const lab = new FakeLab(store)
    const { test, ended } = start(['put a 1 &', 'get city', 'put b 2', 'get none'], lab)
    await vi.waitFor(() => expect(lab.asked).toEqual(['put a 1 &', 'get city', 'put b 2']))
    lab.answer('put a 1 &', ok())
    lab.answer('put b 2', ok())
    expect(await ended).toBe(0)
    expect(test.stdout).toBe('Oslo\nok\nok\nnone\n')
  })

  it('the end of input waits for what was sent off with &', async () => {
    const lab = new FakeLab()
    const { test, ended } = start(['put a 1 &'], lab)
    await vi.waitFor(() => expect(lab.waiting).toHaveLength(1))
    expect(lab.closed).toBe(0)
    lab.answer('put a 1 &', ok())
    expect(await ended).toBe(0)
    expect(test.stdout).toBe('ok\n')
  })
})

describe('somebody at a plain terminal', () => {
  it('reads the summary on the other stream, which a pipe never gets', async () => {
    const { test, ended } = start(['put city Oslo', 'gte city'], new FakeLab(store), undefined, true)
    expect(await ended).toBe(2)
    expect(test.stdout).toBe('ok\n')
    expect(test.stderr).toMatch(
      /^line 2: .*\n2 commands \(1 ok, 1 refused\) in 0 s, 0 faults; left healthy, leader n4, term 1\nnot checked: .*\n$/,
    )
  })

  it('reads what ctrl-c does on a line of its own', async () => {
    const lab = new FakeLab()
    const { test, ended } = start(['put a 1'], lab, undefined, true)
    await vi.waitFor(() => expect(lab.waiting).toHaveLength(1))
    test.interrupt()
    expect(test.stderr).toBe('\nstopped; ctrl-c again leaves\n')
    test.interrupt()
    expect(await ended).toBe(130)
  })
})

describe('the exit code of a script', () => {
  it('2 if a line did not parse, which its number says on the other stream; the rest still runs', async () => {
    const { test, ended } = start(['put city Oslo', 'gte city', 'get city'], new FakeLab(store))
    expect(await ended).toBe(2)
    expect(test.stdout).toBe('ok\nOslo\n')
    expect(test.stderr).toBe('line 2: unknown command "gte", did you mean get?\n')
  })

  it.each(['expect healthy', 'always linearizable', 'check', 'at 3s expect healthy', 'after 100ms at 3s check'])(
    '1 if it failed: %s',
    async (line) => {
      const { ended } = start([line], new FakeLab({ [line]: failed }))
      expect(await ended).toBe(1)
    },
  )

  it('0 if a put failed: that is an answer, not a verdict', async () => {
    const { ended } = start(['put a 1'], new FakeLab({ 'put a 1': { status: 'fail', code: 'no-leader', ms: 3 } }))
    expect(await ended).toBe(0)
  })

  it('1 if an armed always broke later', async () => {
    const lab = new FakeLab()
    const { ended } = start(['wait 1s'], lab)
    await vi.waitFor(() => expect(lab.waiting).toHaveLength(1))
    lab.say({ time: 1, type: 'check', text: 'always healthy: broken', failed: true })
    lab.answer('wait 1s', ok())
    expect(await ended).toBe(1)
  })

  it('4 if a check could not say: never a pass', async () => {
    const { ended } = start(['check'], new FakeLab({ check: { status: 'unknown', code: 'timeout', ms: 9 } }))
    expect(await ended).toBe(4)
  })

  it('3 if the lab broke, in one line', async () => {
    const lab = new FakeLab()
    const { test, ended } = start(['put a 1'], lab)
    await vi.waitFor(() => expect(lab.waiting).toHaveLength(1))
    lab.waiting[0]?.reject(new Error('the shim stopped'))
    expect(await ended).toBe(3)
    expect(test.stderr).toBe('splitbrain: the shim stopped\n')
    expect(lab.closed).toBe(1)
  })

  it('3 if the lab broke under a command nobody waits for', async () => {
    const lab = new FakeLab()
    const { test, ended } = start(['put a 1 &', 'wait 9s'], lab)
    await vi.waitFor(() => expect(lab.waiting).toHaveLength(2))
    lab.waiting[0]?.reject(new Error('the shim stopped'))
    expect(await ended).toBe(3)
    expect(test.stderr).toBe('splitbrain: the shim stopped\n')
  })

  it('quit ends the script there', async () => {
    const { lab, ended } = start(['get city', 'quit', 'get none'], new FakeLab(store))
    expect(await ended).toBe(0)
    expect(lab.asked).toEqual(['get city'])
  })
})

describe('ctrl-c and a reader that went away', () => {
  it('once stops the running command and goes on, twice leaves with 130 and closes the lab', async () => {
    const lab = new FakeLab(store)
    const { test, ended } = start(['put a 1', 'get city', 'put b 2', 'get none'], lab)
    await vi.waitFor(() => expect(lab.asked).toHaveLength(1))
    test.interrupt()
    await vi.waitFor(() => expect(lab.asked).toEqual(['put a 1', 'get city', 'put b 2']))
    expect(lab.waiting.map((one) => one.signal?.aborted)).toEqual([true, false])
    test.interrupt()
    test.interrupt()
    expect(await ended).toBe(130)
    expect(lab.closed).toBe(1)
  })

  it('a closed pipe ends it quietly, even while a command runs', async () => {
    const lab = new FakeLab()
    const deaf = new AbortController()
    const { test, ended } = start(['put a 1', 'put b 1'], lab, deaf.signal)
    await vi.waitFor(() => expect(lab.asked).toHaveLength(1))
    deaf.abort()
    expect(await ended).toBe(0)
    expect(test.stderr).toBe('')
    expect(lab.closed).toBe(1)
  })
})

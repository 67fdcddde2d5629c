import { afterEach, describe, expect, it, vi } from 'vitest'
import type { LabPort } from '../../src/ui/lab-port.ts'
import { Prompt } from '../../src/ui/prompt.ts'
import type { Size } from '../../src/ui/view.ts'
import { FakeLab, healthySnapshot, ok } from './fake-lab.ts'
import { ScreenTerminal } from './screen.ts'

const wide: Size = { columns: 100, rows: 30 }
const open: Prompt[] = []

function start(size: Size = wide, lab = new FakeLab()) {
  return begin(new ScreenTerminal(size), lab)
}

function begin<L extends LabPort>(terminal: ScreenTerminal, lab: L) {
  const remembered: string[] = []
  const prompt = new Prompt(lab, terminal, {
    history: [],
    style: { colour: true, ascii: false },
    locals: new Map([['labs', async () => ['leader.md  The first leader']]]),
    remember: (line) => void remembered.push(line),
    // Time stands still, so that no slow machine adds seconds to a pending row.
    now: () => 0,
  })
  open.push(prompt)
  const ended = prompt.run()
  return { lab, terminal, prompt, ended, remembered, rows: () => terminal.cells.rows() }
}

/** Waits for what a person would see, never for bytes or time. */
async function see(rows: () => readonly string[], expected: readonly string[]): Promise<void> {
  await vi.waitFor(() => expect(rows()).toEqual(expected), { timeout: 5000, interval: 10 })
}

afterEach(() => {
  for (const prompt of open.splice(0)) prompt.leave(0)
})

const banner = 'Five servers agree on one store. Try: put city Oslo · kill leader · get city. New to this? labs'
const status = '● healthy  leader n4  term 1  failed 0'

describe('the prompt on a screen of 100 by 30', () => {
  it('begins with the banner, the status and a live prompt, cursor in place', async () => {
    const { terminal, rows } = start()
    await see(rows, [banner, status, '>'])
    expect(terminal.cells.cursor()).toEqual({ row: 2, column: 2 })
  })

  it('typing goes on while an operation is pending, and its answer goes above', async () => {
    const { lab, terminal, rows } = start()
    terminal.type('put city Oslo\r')
    terminal.type('get ci')
    await see(rows, [banner, '… put city Oslo', status, '> get ci'])
    expect(terminal.cells.cursor()).toEqual({ row: 3, column: 8 })
    lab.answer('put city Oslo', ok({ node: 'n4', ms: 12 }))
    await see(rows, ['> put city Oslo', 'ok  n4 12 ms', banner, status, '> get ci'])
    terminal.type('ty\r')
    await vi.waitFor(() => expect(lab.waiting).toHaveLength(1))
    lab.answer('get city', ok({ value: 'Oslo', ms: 3 }))
    await see(rows, ['> put city Oslo', 'ok  n4 12 ms', '> get city', 'Oslo  3 ms', banner, status, '>'])
  })

  it('several pending operations complete in any order, and no row is left over', async () => {
    const { lab, terminal, rows } = start()
    for (const key of ['a', 'b', 'c']) terminal.type(`put ${key} 1\r`)
    await see(rows, [banner, '… put a 1', '… put b 1', '… put c 1', status, '>'])
    lab.answer('put b 1', ok())
    await see(rows, ['> put b 1', 'ok  4 ms', banner, '… put a 1', '… put c 1', status, '>'])
    lab.answer('put c 1', { status: 'unknown', code: 'timeout', text: 'no answer in 3s; it may still happen', ms: 3000 })
    lab.answer('put a 1', { status: 'refused', text: 'n4 is dead', ms: 1 })
    await see(rows, [
      '> put b 1',
      'ok  4 ms',
      '> put c 1',
      'unknown timeout: no answer in 3s; it may still happen  3000 ms',
      '> put a 1',
      'refused: n4 is dead  1 ms',
      banner,
      status,
      '>',
    ])
  })

  it('an error stands under its line and names the word', async () => {
    const { terminal, rows } = start()
    terminal.type('gte city\r')
    await see(rows, ['> gte city', 'unknown command "gte", did you mean get?', banner, status, '>'])
  })

  it('events scroll above, the first fault takes the banner away, and the status says what changed and why', async () => {
    const { lab, rows } = start()
    lab.state = {
      ...healthySnapshot,
      observed: { state: 'degraded', why: 'n4 is silent', since: 0 },
      leader: null,
      term: 2,
      failed: 1,
      faults: ['n4 dead'],
    }
    lab.say({ time: 1_204_000_000, type: 'fault', text: 'n4 killed' })
    lab.say({ time: 1_300_000_000, type: 'answer', text: 'an echo that nobody needs twice' })
    await see(rows, ['# +1.204s n4 killed', '◐ degraded: n4 is silent  (predicted healthy)  no leader  term 2  failed 1  n4 dead', '>'])
  })

  it('candidates stand below the prompt and do not move it', async () => {
    const { terminal, rows } = start()
    terminal.type('p\t')
    await see(rows, [banner, status, '> p', 'partition  promote  put'])
    terminal.type('u')
    await see(rows, [banner, status, '> pu'])
  })

  it('lines of one burst run one after the other; the next waits for the answer', async () => {
    const { lab, terminal, remembered } = start()
    terminal.type('put a 1\rput b 2\r')
    await vi.waitFor(() => expect(lab.asked).toEqual(['put a 1']))
    lab.answer('put a 1', ok())
    await vi.waitFor(() => expect(lab.asked).toEqual(['put a 1', 'put b 2']))
    expect(remembered).toEqual(['put a 1', 'put b 2'])
  })

  it('labs is answered by the prompt itself', async () => {
    const { terminal, rows } = start()
    terminal.type('labs\r')
    await see(rows, ['> labs', 'leader.md  The first leader', banner, status, '>'])
  })

  it('a value with escape codes in it cannot paint the screen', async () => {
    const { lab, terminal, rows } = start()
    terminal.type('get evil\r')
    await vi.waitFor(() => expect(lab.waiting).toHaveLength(1))
    lab.answer('get evil', ok({ value: 'a\x1b[2Jb' }))
    await see(rows, ['> get evil', '"a\\u001b[2Jb"  4 ms', banner, status, '>'])
  })

  it('paints nothing while nothing changes', async () => {
    const { terminal, rows } = start()
    await see(rows, [banner, status, '>'])
    const before = terminal.written
    let looks = 0
    const snapshot = vi.spyOn(FakeLab.prototype, 'snapshot').mockImplementation(() => {
      looks++
      return healthySnapshot
    })
    await vi.waitFor(() => expect(looks).toBeGreaterThan(2), { timeout: 5000 })
    snapshot.mockRestore()
    expect(terminal.written).toBe(before)
  })
})

describe('other sizes', () => {
  it('fits 40 by 10: rows are cut, the banner wraps, pending rows are bounded', async () => {
    const { lab, terminal, rows } = start({ columns: 40, rows: 10 })
    for (let index = 0; index < 6; index++) terminal.type(`put key${index} a-rather-long-value-here-${index}\r`)
    await vi.waitFor(() => expect(lab.asked).toHaveLength(6))
    await vi.waitFor(() => expect(rows().join('\n')).toContain('and 5 more'))
    expect(rows().every((row) => row.length < 40)).toBe(true)
    expect(rows().filter((row) => row.startsWith('●'))).toEqual([status])
    terminal.type('get a-line-that-is-longer-than-the-screen-is-wide')
    await vi.waitFor(() => expect(rows().at(-1)).toMatch(/screen-is-wide$/))
    expect(terminal.cells.cursor().column).toBe(rows().at(-1)?.length)
  })

  it('a smaller and a larger window leave one prompt, one status and every answer', async () => {
    const { lab, terminal, rows } = start({ columns: 80, rows: 24 })
    for (let index = 0; index < 12; index++) lab.known.set(`put k${index} v`, ok())
    for (let index = 0; index < 12; index++) terminal.type(`put k${index} v\r`)
    await vi.waitFor(() => expect(rows().at(-5)).toBe('ok  4 ms'))
    for (const size of [{ columns: 50, rows: 12 }, { columns: 40, rows: 10 }, wide, { columns: 80, rows: 24 }]) {
      terminal.resize(size)
      await vi.waitFor(() => {
        expect(rows().filter((row) => row === status)).toHaveLength(1)
        expect(rows().filter((row) => row === '>')).toHaveLength(1)
        expect(rows().at(-1)).toBe('>')
        expect(rows().filter((row) => row === '> put k11 v')).toHaveLength(1)
        expect(terminal.cells.cursor()).toEqual({ row: rows().length - 1, column: 2 })
      })
    }
  })
})

describe('what stood on the screen before', () => {
  it.each([[{ columns: 60, rows: 30 }], [{ columns: 39, rows: 30 }], [{ columns: 120, rows: 40 }], [{ columns: 80, rows: 24 }]])(
    'stays through a resize to %o',
    async (size) => {
      const lab = new FakeLab()
      const terminal = new ScreenTerminal(wide)
      terminal.write('$ ls\r\nlabs  README.md\r\n$ splitbrain\r\n')
      const { rows } = begin(terminal, lab)
      await see(rows, ['$ ls', 'labs  README.md', '$ splitbrain', banner, status, '>'])
      terminal.type('put city Oslo\r')
      await vi.waitFor(() => expect(lab.waiting).toHaveLength(1))
      lab.answer('put city Oslo', ok())
      await see(rows, ['$ ls', 'labs  README.md', '$ splitbrain', '> put city Oslo', 'ok  4 ms', banner, status, '>'])
      terminal.resize(size)
      await vi.waitFor(() => {
        expect(rows().slice(0, 5)).toEqual(['$ ls', 'labs  README.md', '$ splitbrain', '> put city Oslo', 'ok  4 ms'])
        expect(rows().slice(5).join(' ')).toBe(`${banner} ${status} >`)
      })
    },
  )
})

describe('ctrl-c, ctrl-d, ctrl-z', () => {
  it('once clears the line and asks, twice leaves with 130', async () => {
    const { lab, terminal, ended, rows } = start()
    terminal.type('half a line')
    terminal.type('\x03')
    await see(rows, [banner, status, '>', 'ctrl-c again leaves'])
    expect(lab.closed).toBe(0)
    terminal.type('\x03')
    expect(await ended).toBe(130)
    expect(lab.closed).toBe(1)
    expect(terminal.started).toBe(false)
  })

  it('a key in between disarms it', async () => {
    const { lab, terminal, rows } = start()
    terminal.type('\x03')
    terminal.type('x')
    terminal.type('\x03')
    await see(rows, [banner, status, '>', 'ctrl-c again leaves'])
    expect(lab.closed).toBe(0)
  })

  it('stops the newest command, and with it the rest of its script', async () => {
    const { lab, terminal, rows } = start()
    terminal.type('put a 1\r')
    terminal.type('put b 1\rput c 1\r')
    await vi.waitFor(() => expect(lab.asked).toEqual(['put a 1', 'put b 1']))
    terminal.type('\x03')
    const gone = 'unknown stopped: no longer waited for; it may still happen'
    const never = 'refused: stopped before it began'
    await see(rows, ['> put b 1', gone, '> put c 1', never, banner, '… put a 1', status, '>', 'ctrl-c again leaves'])
    expect(lab.waiting.map((one) => one.signal?.aborted)).toEqual([false, true])
    lab.answer('put b 1', ok())
    lab.answer('put a 1', ok())
    await see(rows, ['> put b 1', gone, '> put c 1', never, '> put a 1', 'ok  4 ms', banner, status, '>', 'ctrl-c again leaves'])
    expect(lab.asked).not.toContain('put c 1')
  })

  it('ctrl-d on an empty line and quit both leave with 0, and the frame goes', async () => {
    for (const keys of ['\x04', 'quit\r']) {
      const { terminal, ended, rows } = start()
      terminal.type(keys)
      expect(await ended).toBe(0)
      await see(rows, [])
    }
  })

  it('ctrl-z gives the terminal back and takes it again', async () => {
    const { terminal, rows } = start()
    terminal.type('half')
    terminal.type('\x1a')
    expect(terminal.started).toBe(false)
    await see(rows, [])
    terminal.suspended?.()
    expect(terminal.started).toBe(true)
    await see(rows, [banner, status, '> half'])
  })

  it('stopped and continued by somebody else, it takes the terminal again and paints below what the shell wrote', async () => {
    const { terminal, prompt, rows } = start()
    await see(rows, [banner, status, '>'])
    terminal.write('\r\n\r\n[1]+  Stopped\r\n$ fg\r\n')
    prompt.resume()
    expect(terminal.started).toBe(true)
    await see(rows, [banner, status, '>', '', '[1]+  Stopped', '$ fg', banner, status, '>'])
  })
})

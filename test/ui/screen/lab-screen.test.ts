/** The screen with a lab that answers what the test tells it to, on a terminal of cells. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Scene } from '../../../src/stream/scene.ts'
import { OpeningLab } from '../../../src/ui/opening-lab.ts'
import { PlayLab } from '../../../src/ui/play/play-lab.ts'
import { LabScreen } from '../../../src/ui/screen/lab-screen.ts'
import { LiveSource } from '../../../src/ui/screen/live-source.ts'
import type { Guide } from '../../../src/ui/screen/types.ts'
import { views } from '../../../src/ui/screen/views/index.ts'
import type { Size } from '../../../src/ui/terminal.ts'
import { FakeLab, healthyScene, ok } from '../fake-lab.ts'
import { ScreenTerminal } from '../screen.ts'

const open: LabScreen[] = []

function start(size: Size = { columns: 100, rows: 26 }, guide: Guide | null = null, lab = new FakeLab()) {
  const terminal = new ScreenTerminal(size)
  const remembered: string[] = []
  const failed: unknown[] = []
  const screen = new LabScreen(lab, terminal, {
    source: new LiveSource(lab, () => 0),
    failed: (error) => {
      failed.push(error)
      screen.leave(1)
    },
    history: ['put city Bergen'],
    style: { colour: true, ascii: false },
    locals: new Map([['learn', async () => ['leader.md  The first leader']]]),
    views,
    guide,
    remember: (line) => void remembered.push(line),
    // Time stands still but for the sink's own timers, so that no slow machine adds seconds to what waits.
    now: () => 0,
  })
  open.push(screen)
  const ended = screen.run()
  const rows = (): readonly string[] => terminal.cells.rows()
  /** Waits for what a person would see, never for bytes or time. */
  const sees = (what: RegExp): Promise<void> => vi.waitFor(() => expect(rows().join('\n')).toMatch(what), { timeout: 5000, interval: 10 })
  return { lab, terminal, screen, ended, failed, remembered, rows, sees }
}

afterEach(() => {
  for (const screen of open.splice(0)) screen.leave(0)
})

describe('the lab on a screen of 100 by 26', () => {
  it('begins with the banner, the nodes and a live prompt that offers the first thing to try, cursor in place', async () => {
    const { terminal, sees, rows } = start()
    await sees(/Five servers agree on one store/)
    expect(rows()[23]).toBe('❯ put city Oslo')
    expect(terminal.cells.cursor()).toEqual({ row: 23, column: 2 })
  })

  it('typing goes on while an operation is pending, which then completes in place', async () => {
    const { lab, terminal, sees, remembered } = start()
    terminal.type('put city Oslo\r')
    terminal.type('get ci')
    await sees(/❯ put city Oslo {2}…\n❯ get ci/)
    expect(terminal.cells.cursor()).toEqual({ row: 23, column: 8 })
    lab.answer('put city Oslo', ok({ node: 'n4', ms: 12 }))
    await sees(/❯ put city Oslo {2}→ ok {2}n4 12 ms\n❯ get ci/)
    expect(remembered).toEqual(['put city Oslo'])
  })

  it('offers the next thing to try, and takes it with the right arrow', async () => {
    const { lab, terminal, sees } = start()
    await sees(/❯ put city Oslo\n/)
    terminal.type('\x1b[C\r')
    await vi.waitFor(() => expect(lab.asked).toEqual(['put city Oslo']))
    await sees(/❯ kill leader\n/)
  })

  it('lines of one burst run one after the other; the next waits for the answer', async () => {
    const { lab, terminal } = start()
    terminal.type('put a 1\rput b 2\r')
    await vi.waitFor(() => expect(lab.asked).toEqual(['put a 1']))
    lab.answer('put a 1', ok())
    await vi.waitFor(() => expect(lab.asked).toEqual(['put a 1', 'put b 2']))
  })

  it('an error names the word, learn is answered by the screen itself', async () => {
    const { terminal, sees } = start()
    terminal.type('gte city\r')
    await sees(/❯ gte city {2}→ unknown command "gte", did you mean get\?/)
    terminal.type('learn\r')
    await sees(/❯ learn {2}→ leader\.md {2}The first leader/)
  })

  it('candidates stand below the prompt and do not move it', async () => {
    const { terminal, sees, rows } = start()
    terminal.type('p\t')
    await sees(/❯ p.*\n {2}partition {2}promote {2}put/)
    expect(rows()[23]).toMatch(/^❯ p/)
  })

  it('a letter in the nodes runs the command it stands for and shows it', async () => {
    const { lab, terminal, sees } = start()
    terminal.type('\x1b')
    await sees(/▸ ★ n4/)
    terminal.type('k')
    await vi.waitFor(() => expect(lab.asked).toEqual(['kill n4']))
    lab.answer('kill n4', ok({ text: 'killed n4; undo: restart n4' }))
    await sees(/❯ kill n4 {2}→ ok killed n4; undo: restart n4/)
  })

  it('events tell, the first fault takes the banner away, and health says why', async () => {
    const { lab, sees, rows } = start()
    await sees(/Five servers/)
    lab.scene = { ...healthyScene, faultCount: 1, faults: ['n4 dead'], observed: { state: 'degraded', why: 'n4 is silent', sinceNs: 2e9 } }
    lab.say({ time: 1.2e9, type: 'fault' })
    lab.say({ time: 1.3e9, type: 'health', text: 'degraded: n4 is silent', which: 'observed', state: 'degraded' })
    await sees(/ ◐ degraded {2}n4 is silent[\s\S]*1\.3s ◐ degraded: n4 is silent/)
    expect(rows().join('\n')).not.toContain('Five servers')
  })

  it('a held picture stands still while commands are answered', async () => {
    const { lab, terminal, sees } = start()
    await sees(/● healthy/)
    terminal.type(' ')
    await sees(/held, 0 s behind/)
    lab.scene = { ...healthyScene, nowNs: 6e9, observed: { state: 'unhealthy', why: 'nobody answers', sinceNs: 2e9 } }
    terminal.type('get city\r')
    lab.say({ time: 6e9, type: 'note', text: 'something happened' })
    await sees(/● healthy[\s\S]*held, 5 s behind[\s\S]*❯ get city/)
    terminal.type(' ')
    await sees(/✗ unhealthy/)
  })

  it('a held picture is let go when the run that it shows is thrown away', async () => {
    const { lab, terminal, sees } = start()
    lab.scene = { ...healthyScene, nowNs: 300e9 }
    lab.say({ time: 300e9, type: 'tempo' })
    terminal.type(' ')
    await sees(/held, 0 s behind/)
    lab.scene = { ...healthyScene, nowNs: 1e9, observed: { state: 'degraded', why: 'a new run', sinceNs: 0 } }
    lab.say({ time: 1e9, type: 'tempo' })
    await sees(/◐ degraded {2}a new run/)
  })

  it('a picture that cannot be drawn ends it with the error and the terminal given back, never with a dead screen', async () => {
    for (const scene of [
      { ...healthyScene, ribbon: null },
      { ...healthyScene, nodes: [{ id: 'n1' }] },
    ] as unknown as Scene[]) {
      const { lab, terminal, ended, failed, sees } = start()
      await sees(/● healthy/)
      lab.scene = scene
      lab.say({ time: 1e9, type: 'tempo' })
      expect(await ended).toBe(1)
      expect(String(failed[0])).toMatch(/TypeError/)
      expect(terminal.started).toBe(false)
      expect(lab.closed).toBe(1)
    }
  })

  it('says once and in help how this very lab is watched from another terminal, through a lab that opens and a lesson too', async () => {
    const lab = new FakeLab()
    lab.dashboard = { command: 'splitbrain top --lab 4711', words: 'splitbrain top --lab 4711 (in another terminal)' }
    const opening = new OpeningLab(
      Promise.resolve(new PlayLab(lab, () => false, { again: 'splitbrain play a.md', wantsViolation: () => false })),
      healthyScene,
      () => {},
    )
    expect(opening.dashboard).toBeNull()
    await opening.opened
    expect(opening.dashboard).toEqual(lab.dashboard)
    const { terminal, sees } = start({ columns: 80, rows: 24 }, null, lab)
    await sees(/^dashboard, in another terminal: splitbrain top --lab 4711$/m)
    terminal.type('?')
    await sees(/^ +dashboard +in another terminal: splitbrain top --lab 4711$/m)
  })

  it('a digit brings a view, Esc twice the lab', async () => {
    const { terminal, sees } = start()
    terminal.type('6')
    await sees(/invariants/)
    terminal.type('\x1b')
    await sees(/ n4\n\n ↑↓ node/)
    terminal.type('\x1b')
    await sees(/node state role/)
  })

  it('nothing is written while nothing changes', async () => {
    const { lab, terminal, sees } = start()
    await sees(/❯ put city Oslo/)
    const before = terminal.written
    const reads = vi.fn(() => healthyScene)
    Object.defineProperty(lab, 'scene', { get: reads })
    lab.say({ time: 1e9, type: 'tempo' })
    // Told once, and drawn again by the tick of the second after.
    await vi.waitFor(() => expect(reads.mock.calls.length).toBeGreaterThan(2), { timeout: 5000 })
    expect(terminal.written).toBe(before)
  })
})

describe('another size', () => {
  it('is filled from its first row to its last, with one prompt and every answer', async () => {
    const { lab, terminal, rows, sees } = start()
    for (let index = 0; index < 4; index++) lab.known.set(`put k${index} v`, ok())
    for (let index = 0; index < 4; index++) terminal.type(`put k${index} v\r`)
    await sees(/❯ put k3 v {2}→ ok/)
    for (const size of [
      { columns: 50, rows: 16 },
      { columns: 40, rows: 10 },
      { columns: 130, rows: 40 },
      { columns: 80, rows: 24 },
    ]) {
      terminal.resize(size)
      await vi.waitFor(
        () => {
          expect(rows().filter((row) => /^ ● healthy/.test(row))).toHaveLength(1)
          expect(rows().filter((row) => /^❯ put k3 v {2}→ ok/.test(row))).toHaveLength(1)
          expect(terminal.cells.cursor()).toEqual({ row: size.rows - (size.rows >= 12 ? 3 : 2), column: 2 })
          expect(rows().every((row) => row.length <= size.columns)).toBe(true)
        },
        { timeout: 5000, interval: 10 },
      )
    }
  })
})

describe('a guide', () => {
  it('has the keys on an empty line and the lines that it wants, and the prompt all others', async () => {
    const heard: string[] = []
    const guide: Guide = {
      rows: () => [[{ text: 'Read this.', tone: 'bold' }]],
      ghost: null,
      keys: 'Enter goes on',
      key: (key) => {
        if (key.type !== 'key' || key.name !== 'enter') return false
        heard.push(key.name)
        return true
      },
      line: (text) => text === 'r' && heard.push(text) > 0,
      listen: () => () => {},
      summary: () => [],
    }
    const { lab, terminal, sees } = start(undefined, guide)
    await sees(/Read this\.[\s\S]*Enter goes on/)
    terminal.type('\r')
    terminal.type('get x\r')
    terminal.type('r\r')
    terminal.type('restart n1\r')
    await vi.waitFor(() => expect(lab.asked).toEqual(['get x', 'restart n1']))
    expect(heard).toEqual(['enter', 'r'])
  })
})

describe('ctrl-c, ctrl-d, ctrl-z', () => {
  it('once clears the line and asks, twice leaves with 130', async () => {
    const { lab, terminal, ended, sees } = start()
    terminal.type('half a line')
    terminal.type('\x03')
    await sees(/❯ put city Oslo\n {2}ctrl-c again leaves/)
    expect(lab.closed).toBe(0)
    terminal.type('\x03')
    expect(await ended).toBe(130)
    expect(lab.closed).toBe(1)
    expect(terminal.started).toBe(false)
  })

  it('a key in between disarms it', async () => {
    const { lab, terminal, sees } = start()
    terminal.type('\x03')
    terminal.type('x')
    terminal.type('\x03')
    await sees(/ctrl-c again leaves/)
    expect(lab.closed).toBe(0)
  })

  it('stops the newest command, and with it the rest of its script', async () => {
    const { lab, terminal, sees } = start()
    terminal.type('put a 1\r')
    terminal.type('put b 1\rput c 1\r')
    await vi.waitFor(() => expect(lab.asked).toEqual(['put a 1', 'put b 1']))
    terminal.type('\x03')
    await sees(/❯ put a 1 {2}…\n❯ put b 1 {2}→ unknown stopped.*\n❯ put c 1 {2}→ refused: stopped before it began/)
    lab.answer('put a 1', ok())
    await sees(/❯ put a 1 {2}→ ok/)
    expect(lab.asked).not.toContain('put c 1')
  })

  it('ctrl-d on an empty line and quit both leave with 0', async () => {
    for (const keys of ['\x04', 'quit\r']) {
      const { terminal, ended } = start()
      terminal.type(keys)
      expect(await ended).toBe(0)
      expect(terminal.started).toBe(false)
    }
  })

  it('ctrl-z gives the terminal back, takes it again, and paints over what the shell wrote', async () => {
    const { terminal, sees, rows } = start()
    terminal.type('half')
    await sees(/❯ half/)
    terminal.type('\x1a')
    expect(terminal.started).toBe(false)
    terminal.write('\x1b[H[1]+  Stopped\r\n$ fg\r\n')
    terminal.suspended?.()
    expect(terminal.started).toBe(true)
    await vi.waitFor(() => expect(rows()[0]).toMatch(/^ ● healthy/), { timeout: 5000 })
    expect(rows().join('\n')).not.toContain('Stopped')
    await sees(/❯ half/)
  })
})

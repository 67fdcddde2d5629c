/** The whole product as a person meets it: the built lab, real nodes, a real terminal (LANGUAGE §5). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { freshFolder } from './run-built.ts'
import { loadPty, openSession, processesOf, type Session } from './terminal.ts'

const spawner = await loadPty()
const open: Session[] = []

function start(folder: string, ...args: readonly string[]): Session {
  if (spawner === null) throw new Error('@lydell/node-pty is missing: npm ci installs it')
  const session = openSession(spawner, folder, args)
  open.push(session)
  return session
}

afterEach(() => {
  for (const session of open.splice(0)) session.end()
})

// On a user's machine without the prebuilt binary this is no news; where every change is tested it must not go unseen.
const skipped = spawner === null && !process.env.CI
describe.skipIf(skipped)(`the built lab on a real terminal${skipped ? ' (skipped: @lydell/node-pty is missing)' : ''}`, () => {
  it('answers, completes in place, follows the window, and leaves with 130 without a trace', async () => {
    const folder = freshFolder()
    const { cells, sees, type, text, resize, settings, bytes } = start(folder, '--nodes', '3', '--seed', '7')
    // Typed before the lab is there: it waits and is answered.
    await sees(/starting\n>/)
    type('put city Oslo\r')
    await sees(/> put city Oslo\nok {2}n\d \d+ ms/)
    await sees(/● healthy {2}leader n\d {2}term \d+ {2}failed 0/)
    expect(processesOf(folder)).toHaveLength(process.platform === 'linux' ? 3 : 0)

    type('get ci\t')
    await sees(/^> get city$/m)
    type('\r')
    await sees(/> get city\nOslo {2}n\d/)

    type('kill n1 n2\r')
    await sees(/ok killed n1.* n2.*undo: restart n1 n2/)
    await sees(/failed 2/)
    // Nobody can answer: the write stays a row of its own while the next line is typed and answered.
    type('put city Bergen timeout=20s\r')
    await sees(/^… put city Bergen timeout=20s/m)
    type('ops\r')
    await sees(/> ops .*\n\d operations/)
    expect(cells.rows().some((row) => row.startsWith('… put city Bergen'))).toBe(true)
    type('restart dead\r')
    await sees(/> restart dead\nok/)
    await sees(/> put city Bergen timeout=20s\nok {2}n\d/)
    await vi.waitFor(() => expect(cells.rows().some((row) => row.startsWith('…'))).toBe(false), { timeout: 10_000 })

    resize(50, 14)
    await vi.waitFor(
      () => {
        expect(cells.rows().filter((row) => /^[●◐✗] /.test(row))).toHaveLength(1)
        expect(cells.rows().filter((row) => row === '>')).toHaveLength(1)
        expect(cells.rows().every((row) => row.length <= 50)).toBe(true)
      },
      { timeout: 10_000, interval: 25 },
    )
    expect(text()).toContain('> get city')

    type('\x03')
    await sees(/ctrl-c again leaves/)
    type('\x03')
    await sees(/left 130/)
    // The terminal breaks the line where it must, as it is the one to copy.
    expect(text().replaceAll('\n', '')).toContain('the same again: splitbrain --mode raft --nodes 3 --seed 7')
    expect(settings('after')).toBe(settings('before'))
    expect(settings('after')).toMatch(/[^-]icanon/)
    expect(cells.emulator.buffer.active.type).toBe('normal')
    expect(cells.emulator.modes.bracketedPasteMode).toBe(false)
    expect(bytes()).not.toContain('\x1b[?1049h')
    expect(bytes().lastIndexOf('\x1b[?25h')).toBeGreaterThan(bytes().lastIndexOf('\x1b[?25l'))
    await vi.waitFor(() => expect(processesOf(folder)).toEqual([]), { timeout: 10_000 })
  })

  it('remembers what was typed in the run before', async () => {
    const folder = freshFolder()
    const first = start(folder, '--nodes', '1')
    await first.sees(/● healthy/)
    first.type('put capital Oslo\r')
    await first.sees(/> put capital Oslo\nok/)
    first.type('\x04')
    await first.sees(/left 0/)
    expect(readFileSync(join(folder, 'splitbrain', 'history'), 'utf8')).toBe('put capital Oslo\n')

    const second = start(folder, '--nodes', '1')
    await second.sees(/starting|healthy/)
    second.type('\x1b[A')
    await second.sees(/^> put capital Oslo$/m)
    second.type('\x15get\x12capital')
    await second.sees(/^\(search "capital"\) put capital Oslo$/m)
    second.type('\x07\x15quit\r')
    await second.sees(/left 0/)
  })

  it('a lab that cannot be opened is one line, exit 2, and the terminal as it was', async () => {
    const { sees, text, settings } = start(freshFolder(), '--election', 'soon')
    await sees(/left 2/)
    expect(text()).toMatch(/^splitbrain: election takes two durations[^#>]*\nleft 2$/)
    expect(settings('after')).toBe(settings('before'))
  })
})

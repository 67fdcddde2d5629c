/** The whole product as a person meets it: the built lab, real nodes, a real terminal (LANGUAGE §5). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { freshFolder } from './run-built.ts'
import { loadPty, openSession, processesOf, type Session } from './terminal.ts'

const spawner = await loadPty()
const open: Session[] = []

function start(folder: string, ...args: readonly string[]): Session {
  const session = openSession(needed(), folder, args)
  open.push(session)
  return session
}

function needed(): NonNullable<typeof spawner> {
  if (spawner === null) throw new Error('@lydell/node-pty is missing: npm ci installs it')
  return spawner
}

afterEach(() => {
  for (const session of open.splice(0)) session.end()
})

// On a user's machine without the prebuilt binary this is no news; where every change is tested it must not go unseen.
const skipped = spawner === null && !process.env.CI
describe.skipIf(skipped)(`the built lab on a real terminal${skipped ? ' (skipped: @lydell/node-pty is missing)' : ''}`, () => {
  it('answers, completes in place, breaks, follows the window, and leaves with 130 without a trace', async () => {
    const folder = freshFolder()
    const { cells, sees, type, screen, text, resize, settings, bytes } = start(folder, '--nodes', '3', '--seed', '7')
    // Typed before the lab is there: it waits and is answered.
    await sees(/◌ starting[\s\S]*Three servers agree on one store/)
    type('put city Oslo\r')
    await sees(/❯ put city Oslo .*ok {2}n\d \d+ ms/)
    await sees(/ ● healthy[\s\S]* leader n\d {2}term \d+/)
    expect(processesOf(folder)).toHaveLength(process.platform === 'linux' ? 3 : 0)

    type('get ci\t')
    await sees(/^❯ get city$/m)
    type('\r')
    await sees(/❯ get city {2}→ Oslo {2}n\d/)

    type('kill n1 n2\r')
    await sees(/ok killed n1.* n2.*undo: restart n1 n2/)
    await sees(/✗ n1 +dead[\s\S]*✗ n2 +dead/)
    // Nobody can answer: the write waits in its row while the next line is typed and answered.
    type('put city Bergen timeout=20s\r')
    await sees(/❯ put city Bergen timeout=20s {2}…/)
    type('peek city\r')
    await sees(/❯ put city Bergen timeout=20s {2}…[\s\S]*❯ peek city/)
    type('6')
    await sees(/one leader a term/)
    type('1')
    type('restart dead\r')
    await sees(/❯ restart dead .*ok/)
    await sees(/❯ put city Bergen timeout=20s .*ok {2}n\d/)

    for (const [columns, rows] of [
      [50, 14],
      [140, 40],
      [80, 24],
    ] as const) {
      resize(columns, rows)
      await vi.waitFor(
        () => {
          expect(screen().filter((row) => /^ [●◐✗] (?:healthy|degraded|unhealthy)/.test(row))).toHaveLength(1)
          expect(screen().every((row) => row.length <= columns)).toBe(true)
          expect(cells.cursor().row).toBe(rows - 3)
        },
        { timeout: 10_000, interval: 25 },
      )
    }
    expect(cells.emulator.buffer.active.type).toBe('alternate')

    type('\x03')
    await sees(/ctrl-c again leaves/)
    type('\x03')
    await sees(/left 130/)
    // The terminal breaks the line where it must, as it is the one to copy.
    expect(text().replaceAll('\n', '')).toContain('the same again: splitbrain --mode raft --nodes 3 --seed 7')
    expect(text()).toContain('not checked: type check before you leave')
    expect(settings('after')).toBe(settings('before'))
    expect(settings('after')).toMatch(/[^-]icanon/)
    expect(cells.emulator.buffer.active.type).toBe('normal')
    expect(cells.emulator.modes.bracketedPasteMode).toBe(false)
    expect(bytes()).not.toMatch(/\x1b\[[23]J/)
    expect(bytes().lastIndexOf('\x1b[?25h')).toBeGreaterThan(bytes().lastIndexOf('\x1b[?25l'))
    await vi.waitFor(() => expect(processesOf(folder)).toEqual([]), { timeout: 10_000 })
  })

  it('remembers what was typed in the run before', async () => {
    const folder = freshFolder()
    const first = start(folder, '--nodes', '1')
    await first.sees(/ ● healthy/)
    first.type('put capital Oslo\r')
    await first.sees(/❯ put capital Oslo .*ok/)
    first.type('\x04')
    await first.sees(/left 0/)
    expect(readFileSync(join(folder, 'splitbrain', 'history'), 'utf8')).toBe('put capital Oslo\n')

    const second = start(folder, '--nodes', '1')
    await second.sees(/starting|healthy/)
    second.type('\x1b[A')
    await second.sees(/^❯ put capital Oslo$/m)
    second.type('\x15get\x12capital')
    await second.sees(/^\(search "capital"\) put capital Oslo$/m)
    second.type('\x07\x15quit\r')
    await second.sees(/left 0/)
  })

  it('without colours, and for those who read with their ears, it is lines', async () => {
    for (const variable of ['NO_COLOR', 'INK_SCREEN_READER']) {
      const plain = openSession(needed(), freshFolder(), ['--nodes', '1'], undefined, {
        [variable]: variable === 'NO_COLOR' ? '1' : 'true',
      })
      open.push(plain)
      await plain.sees(/# \+\d+\.\d+s /)
      plain.type('put a 1\rquit\r')
      await plain.sees(/^ok$/m)
      await plain.sees(/left 0/)
      expect(plain.bytes()).not.toContain('\x1b[?1049h')
    }
  })

  it('a lab that cannot be opened is one line, exit 2, and the terminal as it was', async () => {
    const { sees, text, settings } = start(freshFolder(), '--election', 'soon')
    await sees(/left 2/)
    expect(text()).toMatch(/^splitbrain: election takes two durations[^#>]*\nleft 2$/)
    expect(settings('after')).toBe(settings('before'))
  })
})

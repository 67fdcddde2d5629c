import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pty, { type IPty } from '@lydell/node-pty'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { mendInk } from '../../build-ink.mjs'
import { Cells } from './screen.ts'

const size = { columns: 80, rows: 24 }
const folder = mkdtempSync(join(tmpdir(), 'splitbrain-pty-'))
const program = join(folder, 'program.mjs')
const children: IPty[] = []

beforeAll(async () => {
  await build({
    entryPoints: [join(import.meta.dirname, 'pty-program.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    plugins: [mendInk],
  })
})

afterEach(() => {
  for (const child of children.splice(0)) {
    try {
      child.kill('SIGKILL')
    } catch {
      // It has ended already.
    }
  }
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/**
 * The program under a shell, because only something that lives longer can say how the terminal was left: it prints `stty -a` before and after
 * as two files.
 */
function start(...args: readonly string[]) {
  const state = mkdtempSync(join(folder, 'state-'))
  const script = 'stty -a > "$STATE/before"; "$NODE" "$PROGRAM" "$@"; code=$?; stty -a > "$STATE/after"; echo "left $code"'
  const child = pty.spawn('/bin/sh', ['-c', script, 'sh', ...args], {
    cols: size.columns,
    rows: size.rows,
    env: {
      PATH: process.env.PATH ?? '',
      TERM: 'xterm-256color',
      STATE: state,
      XDG_STATE_HOME: state,
      NODE: process.execPath,
      PROGRAM: program,
    },
  })
  children.push(child)
  const cells = new Cells(size)
  let bytes = ''
  child.onData((data) => {
    bytes += data
    cells.emulator.write(data)
  })
  const sees = (text: string | RegExp): Promise<void> =>
    vi.waitFor(() => expect(cells.all().join('\n')).toMatch(text), { timeout: 15_000, interval: 20 })
  const settings = (when: 'before' | 'after'): string => readFileSync(join(state, when), 'utf8')
  return { child, cells, sees, settings, state, bytes: () => bytes }
}

describe('the prompt on a real terminal', () => {
  it('answers, remembers, and leaves with 130 after two ctrl-c, the terminal as it was', async () => {
    const { child, cells, sees, settings, state, bytes } = start()
    await sees(/● healthy/)
    child.write('get city\r')
    await sees(/❯ get city {2}→ Oslo {2}4 ms/)
    child.write('put city Bergen\r')
    await sees(/❯ put city Bergen {2}…/)
    expect(cells.emulator.buffer.active.type).toBe('alternate')
    child.write('\x03')
    await sees('unknown stopped')
    child.write('\x03')
    await sees('left 130')
    expect(settings('after')).toBe(settings('before'))
    expect(cells.emulator.buffer.active.type).toBe('normal')
    expect(cells.emulator.modes.bracketedPasteMode).toBe(false)
    expect(cells.emulator.modes.wraparoundMode).toBe(true)
    expect(cells.all()).toEqual([
      expect.stringMatching(/^2 commands \(1 ok, 1 unknown\) in \d+ s, 0 faults; left healthy, leader n4, term 1$/),
      'not checked: type check before you leave, save FILE to keep it as a lab',
      'the same again: splitbrain --mode raft --nodes 5 --seed 7 · all of it is in /run',
      's/latest',
      'left 130',
    ])
    expect(readFileSync(join(state, 'splitbrain', 'history'), 'utf8')).toBe('get city\nput city Bergen\n')
    // Nothing is cleared: what the shell had on the screen stays behind the lab.
    expect(bytes()).not.toMatch(/\x1b\[[23]J/)
    expect(bytes().lastIndexOf('\x1b[?25h')).toBeGreaterThan(bytes().lastIndexOf('\x1b[?25l'))
  })

  it('ctrl-d leaves with 0', async () => {
    const { child, sees, settings } = start()
    await sees(/● healthy/)
    child.write('\x04')
    await sees('left 0')
    expect(settings('after')).toBe(settings('before'))
  })

  it('an error nobody caught restores the terminal, says one line and no stack', async () => {
    const { cells, sees, settings } = start('throws')
    await sees('left 3')
    expect(settings('after')).toBe(settings('before'))
    expect(cells.all().join('\n')).toContain('splitbrain: the shim stopped')
    expect(cells.all().join('\n')).not.toContain('    at ')
  })

  it('a lab that cannot be opened restores the terminal and is one line', async () => {
    const { cells, sees, settings } = start('refused')
    await sees('left 3')
    expect(settings('after')).toBe(settings('before'))
    expect(cells.all()).toEqual(['splitbrain: no port is free', 'left 3'])
  })

  it('follows the window, then SIGTERM restores the terminal', async () => {
    const { child, cells, sees, settings, state } = start()
    await sees(/● healthy/)
    child.write('typed before')
    await sees('❯ typed before')
    cells.emulator.resize(50, 12)
    child.resize(50, 12)
    await vi.waitFor(
      () => {
        expect(cells.rows().filter((row) => row === '❯ typed before')).toHaveLength(1)
        expect(cells.rows().filter((row) => row.startsWith(' ● healthy'))).toHaveLength(1)
        expect(cells.rows()).toHaveLength(12)
        expect(cells.rows().every((row) => row.length <= 50)).toBe(true)
        expect(cells.cursor()).toEqual({ row: 9, column: 14 })
      },
      { timeout: 10_000, interval: 20 },
    )
    const pid = Number(readFileSync(join(state, 'pid'), 'utf8'))
    process.kill(pid, 'SIGTERM')
    await sees('left 143')
    expect(settings('after').replace(/rows \d+; columns \d+/, '')).toBe(settings('before').replace(/rows \d+; columns \d+/, ''))
  })
})

/** A second, independent terminal: what tmux understood of the screen. */
import { execFileSync, spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { COMMAND, freshFolder } from './run-built.ts'
import { processesOf } from './terminal.ts'

const missing = spawnSync('tmux', ['-V']).status !== 0
// Where every change is tested it must not go unseen.
const skipped = missing && !process.env.CI
const folder = freshFolder()
const socket = `${freshFolder()}/tmux`
/** A server of its own, so that nobody's tmux is touched. */
const tmux = (...args: readonly string[]): string =>
  execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8', cwd: folder })
const rows = (): readonly string[] =>
  tmux('capture-pane', '-p', '-t', 'lab')
    .split('\n')
    .map((row) => row.trimEnd())
const sees = (what: RegExp): Promise<void> => vi.waitFor(() => expect(rows().join('\n')).toMatch(what), { timeout: 30_000, interval: 50 })

afterEach(() => {
  spawnSync('tmux', ['-S', socket, 'kill-server'])
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(skipped)(`the built lab in tmux${skipped ? ' (skipped: tmux is missing)' : ''}`, () => {
  it('draws, takes keys, follows the window, and gives the screen back', async () => {
    const shell = `env -u CI -u NO_COLOR XDG_STATE_HOME="$PWD" ${process.execPath} ${COMMAND} --nodes 3; echo "left $?"; exec cat`
    tmux('new-session', '-d', '-s', 'lab', '-x', '100', '-y', '30', shell)
    await sees(/ ● healthy .*raft · 3 nodes · f=1[\s\S]*★ n\d {3}live {2}leader/)
    tmux('send-keys', '-t', 'lab', 'put city Oslo', 'Enter')
    await sees(/❯ put city Oslo .*ok {2}n\d/)
    tmux('resize-window', '-t', 'lab', '-x', '80', '-y', '24')
    await sees(/ ● healthy .*f=1\n/)
    expect(rows().filter((row) => row.startsWith('❯ put city Oslo  →'))).toHaveLength(1)
    expect(tmux('display-message', '-p', '-t', 'lab', '#{cursor_x},#{cursor_y},#{alternate_on}')).toBe('2,21,1\n')
    tmux('send-keys', '-t', 'lab', 'C-d')
    await sees(/^1 command \(1 ok\)[\s\S]*^not checked[\s\S]*^left 0$/m)
    expect(tmux('display-message', '-p', '-t', 'lab', '#{alternate_on},#{cursor_flag}')).toBe('0,1\n')
    await vi.waitFor(() => expect(processesOf(folder)).toEqual([]), { timeout: 10_000 })
  })
})

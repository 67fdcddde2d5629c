/** The built `splitbrain top` beside built labs: on a pseudo-terminal, in tmux, and in a pipe. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { COMMAND } from '../e2e/run-built.ts'
import { loadPty, openSession, processesOf, type Session } from '../e2e/terminal.ts'

const SEEN_WITHIN = { timeout: 30_000, interval: 50 }
const pty = await loadPty()
const hasTmux = spawnSync('tmux', ['-V']).status === 0

const labs: ChildProcess[] = []
const sessions: Session[] = []
const folders: string[] = []

afterEach(async () => {
  for (const session of sessions.splice(0)) session.end()
  for (const lab of labs.splice(0)) {
    if (lab.exitCode !== null || lab.signalCode !== null) continue
    lab.stdin?.end()
    await once(lab, 'exit')
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}, 30_000)

/** Short, since a socket is to be in it. */
function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sb-'))
  folders.push(folder)
  return folder
}

function openLab(folder: string, ...args: readonly string[]): { readonly child: ChildProcess; type(line: string): void } {
  const env = { ...process.env, XDG_STATE_HOME: folder }
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: folder, env, stdio: ['pipe', 'ignore', 'ignore'] })
  labs.push(child)
  return { child, type: (line) => child.stdin?.write(`${line}\n`) }
}

function top(folder: string, ...args: readonly string[]): { readonly status: number | null; readonly out: string; readonly err: string } {
  const env = { ...process.env, XDG_STATE_HOME: folder }
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, 'top', ...args], { env, encoding: 'utf8' })
  return { status, out: stdout, err: stderr }
}

const sockets = (folder: string): readonly string[] => readdirSync(join(folder, 'splitbrain', 'labs'))

describe.skipIf(pty === null)('splitbrain top on a terminal', () => {
  const open = (folder: string, ...args: readonly string[]): Session => {
    if (pty === null) throw new Error('there is no pseudo-terminal')
    const session = openSession(pty, folder, ['top', ...args])
    sessions.push(session)
    return session
  }

  it('waits for a lab, shows its faults, follows its reset, survives its death, and leaves the terminal as it was', async () => {
    const folder = freshFolder()
    const session = open(folder, '--wait')
    await session.sees(/waiting for a lab/)
    const lab = openLab(folder, '--nodes', '3', '--seed', '5')
    await session.sees(/● healthy/)
    expect(session.text()).toContain(`lab ${lab.child.pid}`)
    expect(session.text()).toMatch(/raft · 3 nodes, f = 1 · seed 5/)
    lab.type('load start')
    lab.type('kill leader')
    await session.sees(/▲ broken now: n\d dead/)
    await session.sees(/append +\d/)
    session.resize(160, 50)
    await session.sees(/memory, MB: highest \d+ \(n\d\)/)
    await session.sees(/operations a second: [\d.]+ ok/)
    lab.type('reset nodes=5')
    await session.sees(/raft · 5 nodes, f = 2/)
    await session.sees(/nothing was broken yet/)
    lab.child.kill('SIGKILL')
    await session.sees(new RegExp(`lab ${lab.child.pid} is gone; waiting for the next`))
    await vi.waitFor(() => expect(sockets(folder)).toEqual([]), SEEN_WITHIN)
    openLab(folder, '--mode', 'dynamo', '--nodes', '3')
    await session.sees(/dynamo · 3 nodes/)
    session.type('q')
    await session.sees(/left 0/)
    expect(session.text()).toMatch(/splitbrain top: lab \d+ \(dynamo, 3 nodes\) is \w+ and runs on/)
    expect(session.settings('after')).toBe(session.settings('before'))
    expect(session.bytes().lastIndexOf('\x1b[?1049l')).toBeGreaterThan(session.bytes().lastIndexOf('\x1b[?1049h'))
    expect(session.bytes().lastIndexOf('\x1b[?25h')).toBeGreaterThan(session.bytes().lastIndexOf('\x1b[?25l'))
    const second = labs.at(-1)
    second?.stdin?.end()
    if (second !== undefined) await once(second, 'exit')
    expect(sockets(folder)).toEqual([])
    await vi.waitFor(() => expect(processesOf(folder)).toEqual([]), SEEN_WITHIN)
  }, 120_000)

  it('says in a row of its own when there is too little room, and comes back', async () => {
    const folder = freshFolder()
    openLab(folder, '--nodes', '3')
    const session = open(folder, '--wait')
    await session.sees(/healthy/)
    session.resize(50, 10)
    await session.sees(/top needs 60 columns and 20 rows/)
    session.resize(80, 24)
    await session.sees(/faults and health/)
    session.type('\x1b')
    await session.sees(/left 0/)
  }, 90_000)
})

describe.skipIf(!hasTmux)('splitbrain top in tmux', () => {
  it('has corners and lines, not letters, and no message of a compiler', async () => {
    const folder = freshFolder()
    const server = join(folder, 'tmux')
    const tmux = (...args: readonly string[]): string => {
      const env = { ...process.env, XDG_STATE_HOME: folder, LC_ALL: 'C.UTF-8' }
      return spawnSync('tmux', ['-S', server, ...args], { env, encoding: 'utf8' }).stdout
    }
    openLab(folder, '--nodes', '3')
    try {
      tmux('-f', '/dev/null', 'new-session', '-d', '-x', '80', '-y', '24', `'${process.execPath}' '${COMMAND}' top --wait; sleep 100`)
      const screen = (): string => tmux('capture-pane', '-p')
      await vi.waitFor(() => expect(screen()).toMatch(/● healthy/), SEEN_WITHIN)
      expect(screen()).toMatch(/┌─+ operations a second/)
      expect(screen()).not.toMatch(/lqq|Error on/)
      tmux('send-keys', 'q')
      await vi.waitFor(() => expect(screen()).toMatch(/splitbrain top: lab \d+ .* runs on/), SEEN_WITHIN)
    } finally {
      tmux('kill-server')
    }
  }, 90_000)
})

describe('a lab', () => {
  it.each(['SIGTERM', 'SIGHUP'] as const)(
    'that %s ends leaves no socket behind, and dies of it',
    async (signal) => {
      const folder = freshFolder()
      const { child } = openLab(folder, '--nodes', '3')
      await vi.waitFor(() => expect(sockets(folder)).toHaveLength(1), SEEN_WITHIN)
      child.kill(signal)
      const [, died] = await once(child, 'exit')
      expect(died).toBe(signal)
      expect(sockets(folder)).toEqual([])
    },
    60_000,
  )
})

describe('splitbrain top in a pipe', () => {
  it('prints the picture once, as text without colours', async () => {
    const folder = freshFolder()
    const lab = openLab(folder, '--nodes', '3', '--seed', '9')
    await vi.waitFor(() => expect(top(folder).out).toMatch(/● healthy/), SEEN_WITHIN)
    const { status, out } = top(folder, '--lab', String(lab.child.pid), '--ascii')
    expect(status).toBe(0)
    expect(out).toMatch(/^splitbrain top {2}raft \| 3 nodes, f = 1 \| seed 9/)
    expect(out).toMatch(/^[ -~\n]*$/)
  }, 90_000)

  it('says in one line that no lab is running, exit 3, and that --lab is no such thing, exit 2', () => {
    const folder = freshFolder()
    expect(top(folder)).toEqual({ status: 3, out: '', err: expect.stringMatching(/^splitbrain: no lab is running; [^\n]*\n$/) })
    expect(top(folder, '--lab', 'mine')).toMatchObject({ status: 2, out: '' })
  })
})

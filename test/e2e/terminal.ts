/** The built lab on a real pseudo-terminal under a shell, which outlives it and can say how the terminal was left. */
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pty from '@lydell/node-pty'
import { expect, vi } from 'vitest'
import { Cells } from '../ui/screen.ts'
import { COMMAND } from './run-built.ts'

type Pty = typeof pty

/** Null where the package with its prebuilt binary is missing. */
export async function loadPty(): Promise<Pty | null> {
  try {
    return (await import('@lydell/node-pty')).default
  } catch {
    return null
  }
}

/** A loaded machine with two cores starts five nodes in a few seconds; a state that does not come at all is what fails. */
const SEEN_WITHIN_MS = 30_000

const SCRIPT = 'stty -a > "$STATE/before"; "$NODE" "$COMMAND" "$@"; code=$?; stty -a > "$STATE/after"; echo "left $code"'

export interface Session {
  readonly cells: Cells
  /** Everything written to the terminal so far. */
  bytes(): string
  type(keys: string): void
  /** The rows that are seen now. */
  screen(): readonly string[]
  /** Scrollback and screen as one text. */
  text(): string
  /** Waits until the screen, scrollback included, shows it. */
  sees(what: RegExp): Promise<void>
  resize(columns: number, rows: number): void
  /** `stty -a` before and after, without the size. */
  settings(when: 'before' | 'after'): string
  /** Whatever still runs of it. */
  end(): void
}

export function openSession(
  spawner: Pty,
  folder: string,
  args: readonly string[],
  size = { columns: 80, rows: 24 },
  env: Readonly<Record<string, string>> = {},
): Session {
  const state = mkdtempSync(join(tmpdir(), 'splitbrain-tty-'))
  const child = spawner.spawn('/bin/sh', ['-c', SCRIPT, 'sh', ...args], {
    cols: size.columns,
    rows: size.rows,
    cwd: folder,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      TERM: 'xterm-256color',
      XDG_STATE_HOME: folder,
      STATE: state,
      NODE: process.execPath,
      COMMAND,
      ...env,
    },
  })
  const cells = new Cells(size)
  let bytes = ''
  child.onData((data) => {
    bytes += data
    cells.emulator.write(data)
  })
  const text = (): string => cells.all().join('\n')
  return {
    cells,
    bytes: () => bytes,
    type: (keys) => child.write(keys),
    screen: () => cells.rows(),
    text,
    sees: (what) => vi.waitFor(() => expect(text()).toMatch(what), { timeout: SEEN_WITHIN_MS, interval: 25 }),
    resize: (columns, rows) => {
      cells.emulator.resize(columns, rows)
      child.resize(columns, rows)
    },
    settings: (when) => readFileSync(join(state, when), 'utf8').replace(/rows \d+; columns \d+/, ''),
    end: () => {
      try {
        child.kill('SIGKILL')
      } catch {
        // It has ended already.
      }
    },
  }
}

/** Processes whose command line names `folder`: node processes carry their disk's place in it. Linux only; elsewhere none are seen. */
export function processesOf(folder: string): number[] {
  if (!existsSync('/proc/self/cmdline')) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)
      } catch {
        return false
      }
    })
    .map(Number)
}

/** A command's world in memory: what it wrote, and a ctrl-c under the test's finger. */
import { Readable } from 'node:stream'
import type { Context } from '../../src/cli/context.ts'
import type { Rooms } from '../../src/cli/rooms.ts'

export interface TestContext {
  readonly context: Context
  stdout: string
  stderr: string
  readonly exits: number[]
  interrupt(): void
}

export function testContext(
  rooms: Partial<Rooms> = {},
  more: { readonly stdin?: string; readonly env?: Record<string, string>; readonly deaf?: AbortSignal; readonly attended?: boolean } = {},
): TestContext {
  const listeners = new Set<() => void>()
  const test: TestContext = {
    stdout: '',
    stderr: '',
    exits: [],
    interrupt: () => {
      for (const listener of listeners) listener()
    },
    context: {
      stdin: Readable.from([Buffer.from(more.stdin ?? '')]),
      stdout: { write: (text) => (test.stdout += text) },
      stderr: { write: (text) => (test.stderr += text) },
      env: more.env ?? {},
      terminal: null,
      rooms,
      attended: more.attended ?? false,
      deaf: more.deaf ?? new AbortController().signal,
      onInterrupt: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      exit: (code) => void test.exits.push(code),
    },
  }
  return test
}

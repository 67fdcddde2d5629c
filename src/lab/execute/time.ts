/** wait at after every await: when, not what. */
import { type Done, ok, refused } from '../answer.ts'
import type { ParsedCommand, TimeCommand } from '../language/ast.ts'
import { pause, type Scope } from '../scope.ts'

type Every = Extract<TimeCommand, { name: 'every' }>

/** Runs a command that stands inside another one. */
export type Runner = (command: ParsedCommand, signal: AbortSignal) => Promise<Done>

export async function executeTime(scope: Scope, command: TimeCommand, runInner: Runner): Promise<Done> {
  const { run, session, signal } = scope
  switch (command.name) {
    case 'wait':
      await pause(command.ms, signal)
      return ok()
    case 'at': {
      const lateMs = (run.clock.nowNs() - session.blockNs) / 1e6 - command.ms
      if (lateMs > LATE_MS) run.events.emit('late', undefined, { command: command.command.text, lateMs })
      await pause(Math.max(0, -lateMs), signal)
      return signal.aborted ? unbegun(command.command) : runInner(command.command, signal)
    }
    case 'after':
      void after(scope, command.ms, command.command, runInner)
      return ok(`in ${command.ms / 1000} s: ${command.command.text}`)
    case 'every':
      void repeat(scope, command, runInner)
      return ok(`every ${command.ms / 1000} s: ${command.command.text}; undo: every stop`)
    case 'every-stop':
      return ok(`stopped ${session.stopRepeating()}`)
    case 'await': {
      const waited = [...session.pending].filter(({ client }) => command.client === null || client === command.client)
      await Promise.allSettled(waited.map(({ work }) => work))
      return ok()
    }
  }
}

/** A command timed to within this is in time. */
const LATE_MS = 50

function unbegun(command: ParsedCommand): Done {
  return refused(`${command.text} never began`)
}

/** Once, whatever becomes of the block; a new cluster has no part in it. */
async function after(scope: Scope, ms: number, command: ParsedCommand, runInner: Runner): Promise<void> {
  const { ending } = scope.run
  await pause(ms, ending)
  if (!ending.aborted) await announced(scope, command, ending, runInner)
}

async function repeat(scope: Scope, { ms, times, command }: Every, runInner: Runner): Promise<void> {
  const { session } = scope
  const controller = session.repeat()
  const { signal } = controller
  for (let round = 0; !signal.aborted && (times === null || round < times); round++) {
    await pause(ms, signal)
    if (!signal.aborted) await announced(scope, command, signal, runInner)
  }
  session.endRepeat(controller)
}

/** Nobody waits for it, so it is told as an event, whatever became of it. */
async function announced({ run }: Scope, command: ParsedCommand, signal: AbortSignal, runInner: Runner): Promise<void> {
  try {
    const done = await runInner(command, signal)
    run.events.emit('scheduled', `${command.text}: ${done.value ?? done.text ?? done.status}`, { status: done.status })
  } catch (error) {
    run.events.emit('note', `${command.text}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

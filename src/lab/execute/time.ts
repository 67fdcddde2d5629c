/** wait at after every await: when, not what. */
import { type Done, ok, Refusal } from '../answer.ts'
import type { ParsedCommand, TimeCommand } from '../language/ast.ts'
import { pause, type Scope } from '../scope.ts'

/** Runs a command that stands inside another one, and tells of it as an event when nobody waits for it. */
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
      return runInner(command.command, signal)
    }
    case 'after':
      schedule(scope, async (own) => {
        await pause(command.ms, own)
        if (!own.aborted) await announced(scope, command.command, own, runInner)
      })
      return ok(`in ${command.ms / 1000} s: ${command.command.text}`)
    case 'every':
      schedule(scope, async (own) => {
        for (let times = 0; !own.aborted && (command.times === null || times < command.times); times++) {
          await pause(command.ms, own)
          if (!own.aborted) await announced(scope, command.command, own, runInner)
        }
      })
      return ok(`every ${command.ms / 1000} s: ${command.command.text}; undo: every stop`)
    case 'every-stop':
      return ok(`stopped ${session.stopSchedules()}`)
    case 'await': {
      const waited = [...session.pending]
        .filter(([, client]) => command.client === null || client === command.client)
        .map(([promise]) => promise)
      await Promise.allSettled(waited)
      return ok()
    }
  }
}

const LATE_MS = 50

function schedule({ run, session }: Scope, work: (signal: AbortSignal) => Promise<void>): void {
  const controller = session.schedule()
  void work(controller.signal)
    .catch((error: unknown) => run.events.emit('note', String(error)))
    .finally(() => session.unschedule(controller))
}

async function announced({ run }: Scope, command: ParsedCommand, signal: AbortSignal, runInner: Runner): Promise<void> {
  const done = await runInner(command, signal).catch((error: unknown): Done => {
    if (error instanceof Refusal) return { status: 'refused', text: error.message }
    throw error
  })
  run.events.emit('scheduled', `${command.text}: ${done.value ?? done.text ?? done.status}`, { status: done.status })
}

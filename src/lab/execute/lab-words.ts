/** help, reset, save, run: what is done with the lab itself. */
import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { findMode } from '../../modes/registry.ts'
import { type Done, fail, ok, Refusal, refused, value } from '../answer.ts'
import type { Lab } from '../lab.ts'
import { labContext } from '../lab-files.ts'
import { formatAnswer } from '../language/answers.ts'
import type { LabCommand, ParsedCommand, SettingChange } from '../language/ast.ts'
import { helpFor } from '../language/help.ts'
import { type Session as SavedSession, saveLab } from '../language/save.ts'
import { optionsFrom } from '../open.ts'
import type { Scope } from '../scope.ts'
import { UsageError } from '../usage-error.ts'

type ResetCommand = Extract<ParsedCommand, { name: 'reset' }>

export function executeHelp(lab: Lab, topic: string | null): Done {
  const help = helpFor(topic, lab.language)
  const watched = topic === null && lab.dashboard !== null ? ['', `dashboard: ${lab.dashboard.words}`] : []
  if (help.ok) return value([...help.lines, ...watched].join('\n'))
  return refused(`${help.message}${help.nearest === undefined ? '' : `. Did you mean ${help.nearest}?`}`)
}

/** Reads the lessons only when somebody asks. */
export async function executeLearn(): Promise<Done> {
  const { learnLines } = await import('../play/learn.ts')
  const lines = learnLines(process.env)
  // The list is longer than most screens, which show its end.
  return value(
    [lines.at(-1) ?? '', '', ...lines, 'PgUp shows the list from its beginning, End comes back; a lesson is played from a shell'].join(
      '\n',
    ),
  )
}

/** Settings in force stay, also those that `set` changed; those named change; a new mode starts from its own defaults. */
export async function executeReset(lab: Lab, command: ResetCommand): Promise<Done> {
  const { options, changed } = lab.run
  const mode = command.mode === null ? options.mode : findMode(command.mode)
  if (mode === null) throw new Refusal(`there is no mode ${command.mode}`)
  const kept =
    mode === options.mode ? [...options.given, ...changed] : options.given.filter(({ name }) => name === 'nodes' || name === 'sync')
  const given: SettingChange[] = [...kept, { name: 'seed', value: String(options.seed) }, ...command.settings]
  if (command.nodes !== null) given.push({ name: 'nodes', value: String(command.nodes) })
  await lab.reset({ ...usable(() => optionsFrom(mode, given)), baseDir: options.baseDir, patience: options.patience })
  return ok(`${lab.run.cluster.ids.length} fresh nodes, seed ${lab.run.options.seed}`)
}

/** Each word was right alone; together, with what is in force, they may not be. */
function usable<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw error instanceof UsageError ? new Refusal(error.message) : error
  }
}

export async function executeSave(lab: Lab, command: Extract<LabCommand, { name: 'save' }>): Promise<Done> {
  const file = resolve(command.file)
  if (existsSync(file) && !command.force) throw new Refusal(`${command.file} exists; save ${command.file} force overwrites it`)
  const written = saveLab(sessionToSave(lab), labContext)
  if (!written.ok) throw new Refusal(written.why)
  try {
    writeFileSync(file, written.text)
  } catch (error) {
    return fail('file', `cannot write ${command.file}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`)
  }
  return ok(`wrote ${command.file}; splitbrain run ${command.file} plays it again`)
}

/** What is still pending is saved as a command whose answer is not known. */
function sessionToSave({ run, session, setup }: Lab): SavedSession {
  const nowMs = run.clock.nowNs() / 1e6
  return {
    title: `A session of ${new Date().toISOString().slice(0, 10)}`,
    ...setup,
    transcript: session.transcript.map(({ text, startNs, endNs, answer }) => ({
      text,
      startMs: startNs / 1e6,
      endMs: endNs === null ? nowMs : endNs / 1e6,
      status: answer?.status ?? 'unknown',
      answer: answer === null ? [] : formatAnswer(answer, text.split(/\s/)[0] ?? ''),
    })),
  }
}

/** Runs a lab file on a cluster of its own; the one at the prompt stays as it is. */
export async function executeRunFile(scope: Scope, command: Extract<LabCommand, { name: 'run' }>): Promise<Done> {
  const { runLabs } = await import('../run-labs.ts')
  const { events } = scope.run
  const result = await runLabs(
    {
      paths: [command.file],
      stdin: null,
      tags: [],
      jobs: 1,
      repeat: 1,
      untilFail: false,
      bail: false,
      patience: scope.session.patience,
      seed: null,
      update: false,
    },
    (event) => {
      if (event.type === 'case-end')
        events.emit('lab', `${event.result.status} ${event.result.heading}${event.result.why === null ? '' : `: ${event.result.why}`}`)
    },
    scope.signal,
  )
  const wrong = result.suites.flatMap((suite) => suite.cases).filter((each) => each.status !== 'passed')
  return wrong.length === 0 ? ok(`${command.file} passed`) : fail('lab', `${wrong.length} steps of ${command.file} did not pass`)
}

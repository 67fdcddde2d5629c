/** reset, save, run: what is done with the lab itself. */
import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { findMode } from '../../modes/registry.ts'
import { type Done, fail, ok, Refusal } from '../answer.ts'
import type { Lab } from '../lab.ts'
import { labContext } from '../lab-files.ts'
import type { LabCommand, ParsedCommand, SettingChange } from '../language/ast.ts'
import { saveLab } from '../language/save.ts'
import { optionsFrom } from '../open.ts'
import type { Scope } from '../scope.ts'

type ResetCommand = Extract<ParsedCommand, { name: 'reset' }>

/** Settings in force stay, those named change; a new mode starts from its own defaults. */
export async function executeReset(lab: Lab, command: ResetCommand): Promise<Done> {
  const { options } = lab.run
  const mode = command.mode === null ? options.mode : findMode(command.mode)
  if (mode === null) throw new Refusal(`there is no mode ${command.mode}`)
  const kept = mode === options.mode ? options.given : options.given.filter(({ name }) => name === 'nodes' || name === 'sync')
  const given: SettingChange[] = [...kept, { name: 'seed', value: String(options.seed) }, ...command.settings]
  if (command.nodes !== null) given.push({ name: 'nodes', value: String(command.nodes) })
  await lab.reset({ ...optionsFrom(mode, given), baseDir: options.baseDir, patience: options.patience })
  return ok(`${lab.run.cluster.ids.length} fresh nodes, seed ${lab.run.options.seed}`)
}

export async function executeSave(lab: Lab, command: Extract<LabCommand, { name: 'save' }>): Promise<Done> {
  const file = resolve(command.file)
  if (existsSync(file) && !command.force) throw new Refusal(`${command.file} exists; save ${command.file} force overwrites it`)
  const written = saveLab(lab.saved(), labContext)
  if (!written.ok) throw new Refusal(written.why)
  try {
    writeFileSync(file, written.text)
  } catch (error) {
    return fail('file', `cannot write ${command.file}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`)
  }
  return ok(`wrote ${command.file}; splitbrain run ${command.file} plays it again`)
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

/** put get del cas add mul append resolve: one operation of one client, through the shim. */
import type { OperationResult } from '../../machine/contract.ts'
import { type Done, fail, ok, Refusal, unknown, value } from '../answer.ts'
import type { DataCommand } from '../language/ast.ts'
import { formatDuration } from '../language/units.ts'
import type { Run } from '../run.ts'
import { FIRST_CLIENT } from '../run-options.ts'
import { oneNode, type Scope } from '../scope.ts'

const DEFAULT_TIMEOUT_MS = 3_000

export async function executeData(scope: Scope, command: DataCommand): Promise<Done> {
  const { run, session } = scope
  const { options } = command
  const via = options.via === undefined ? undefined : await oneNode(scope, options.via, 'via')
  const timeoutMs = (options.timeoutMs ?? DEFAULT_TIMEOUT_MS) * session.patience
  const unfit = unfitOptions(run, options.own ?? {})
  if (unfit !== null) throw new Refusal(unfit)
  const result = await run.operate(options.as ?? FIRST_CLIENT, {
    f: command.name,
    key: command.key,
    value: operand(command),
    timeoutMs,
    ...(via === undefined ? {} : { via }),
    ...(options.own === undefined ? {} : { options: options.own }),
  })
  return answer(command, result, timeoutMs)
}

/** `r=4` for one operation is as wrong as it would be for the cluster: options that are settings too are judged as settings. */
function unfitOptions({ mode, settings, cluster }: Run, own: Readonly<Record<string, string>>): string | null {
  const named = Object.entries(own).filter(([name]) => Object.hasOwn(settings, name))
  if (named.length === 0) return null
  return mode.refuse?.({ ...settings, ...Object.fromEntries(named) }, cluster.ids.length) ?? null
}

function operand(command: DataCommand): string | readonly [string | null, string | null] | null {
  switch (command.name) {
    case 'put':
    case 'append':
    case 'resolve':
      return command.value
    case 'add':
    case 'mul':
      return command.amount
    case 'cas':
      return [command.old, command.new]
    case 'get':
    case 'del':
      return null
  }
}

function answer(command: DataCommand, result: OperationResult, timeoutMs: number): Done {
  const { siblings, note, context } = result
  const beside = {
    ...(result.node === undefined ? {} : { node: result.node }),
    ...(note === undefined ? {} : { note }),
    ...(context === undefined ? {} : { context }),
  }
  const { code = 'timeout', why = 'refused' } = result
  const late = `no answer in ${formatDuration(timeoutMs)}`
  if (result.outcome === 'info')
    return { ...unknown(code, code === 'timeout' ? `${late}${command.name === 'get' ? '' : '; it may still happen'}` : why), ...beside }
  if (result.outcome === 'fail') return { ...fail(code, code === 'timeout' ? late : why), ...beside }
  if (WITHOUT_VALUE.includes(command.name)) return { ...ok(), ...beside }
  return { ...value(result.value ?? null), ...beside, ...(siblings === undefined ? {} : { siblings }) }
}

const WITHOUT_VALUE: readonly DataCommand['name'][] = ['put', 'del', 'cas', 'resolve']

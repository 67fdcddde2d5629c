/** put get del cas add mul append: one operation of one client, through the shim. */
import type { OperationResult } from '../../machine/contract.ts'
import { type Done, fail, ok, unknown, value } from '../answer.ts'
import type { DataCommand } from '../language/ast.ts'
import { formatDuration } from '../language/units.ts'
import { FIRST_CLIENT } from '../run.ts'
import { oneNode, type Scope } from '../scope.ts'

const DEFAULT_TIMEOUT_MS = 3_000

export async function executeData(scope: Scope, command: DataCommand): Promise<Done> {
  const { run, session } = scope
  const { options } = command
  const via = options.via === undefined ? undefined : await oneNode(scope, options.via, 'via')
  const timeoutMs = (options.timeoutMs ?? DEFAULT_TIMEOUT_MS) * session.patience
  const result = await run.operate(options.as ?? FIRST_CLIENT, {
    f: command.name,
    key: command.key,
    value: operand(command),
    timeoutMs,
    ...(via === undefined ? {} : { via }),
  })
  return answer(command, result, timeoutMs)
}

function operand(command: DataCommand): string | readonly [string | null, string | null] | null {
  switch (command.name) {
    case 'put':
    case 'append':
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
  const node = result.node === undefined ? {} : { node: result.node }
  const { code = 'timeout', why = 'refused' } = result
  const late = `no answer in ${formatDuration(timeoutMs)}`
  if (result.outcome === 'info')
    return { ...unknown(code, code === 'timeout' ? `${late}${command.name === 'get' ? '' : '; it may still happen'}` : why), ...node }
  if (result.outcome === 'fail') return { ...fail(code, code === 'timeout' ? late : why), ...node }
  if (command.name === 'put' || command.name === 'del' || command.name === 'cas') return { ...ok(), ...node }
  return value(result.value ?? null, result.node)
}

/** Facts and expectations from their syntax back to text, for messages and reports. What is written parses to the same. */
import type { Claim, Expectation, Fact, Operand, Statement } from './ast.ts'
import { formatSet } from './sets.ts'
import { quote, quoteIfNeeded } from './tokens.ts'
import { formatDuration } from './units.ts'

export function formatFact(fact: Fact): string {
  switch (fact.kind) {
    case 'mode':
      return fact.nodes === null ? fact.name : `${fact.name}(${commas(fact.nodes.items)})`
    case 'local':
      return `local(${argument(fact.key)}, ${commas(fact.nodes.items)})`
    case 'acked':
    case 'unknown':
      return fact.client === null ? fact.kind : `${fact.kind}(${fact.client})`
    case 'count':
      return fact.name
    case 'metric':
      return `metric(${argument(fact.name)})`
    default:
      return fact.kind
  }
}

export function formatExpectation(expectation: Expectation): string {
  const time = expectation.time === null ? '' : ` ${expectation.time.kind} ${formatDuration(expectation.time.ms)}`
  return `${expectation.not ? 'not ' : ''}${formatClaim(expectation.claim)}${time}`
}

function formatClaim(claim: Claim): string {
  if (claim.kind === 'statement') return formatStatement(claim.statement)
  return `${formatFact(claim.fact)} ${claim.op} ${formatOperand(claim.operand)}`
}

function formatStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'health':
      return statement.state
    case 'verdict':
      return statement.checker
    case 'used':
      return `used ${statement.command}`
  }
}

function formatOperand(operand: Operand): string {
  switch (operand.kind) {
    case 'none':
      return 'none'
    case 'variable':
      return `$${operand.name}`
    case 'ribbon':
      return operand.states.join(' ')
    case 'text':
      return operand.exact ? quote(operand.text) : operand.text
  }
}

function commas(items: Parameters<typeof formatSet>[0]): string {
  return items.map((item) => formatSet([item])).join(', ')
}

/** Inside brackets commas and comparison signs would end the word. */
function argument(text: string): string {
  return /[,!<>]/.test(text) ? quote(text) : quoteIfNeeded(text)
}

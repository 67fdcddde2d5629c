import { expect, test } from 'vitest'
import { ProbeMachine } from '../../src/cluster/probe-machine.ts'
import { emptyOutput, type Input, type Machine } from '../../src/machine/contract.ts'
import { nodeIds } from '../../src/machine/ids.ts'
import { TOY_MODE } from './toy.ts'

/** Says to whom it would send, and wants a tick at the time the operation names. */
function echo(): Machine {
  return {
    step: ({ inputs }) => {
      const output = emptyOutput()
      for (const input of inputs) {
        if (input.kind === 'control' && input.control.type === 'invoke') {
          const { id, via = 'nobody', timeoutUs } = input.control.operation
          output.send.push({ to: via, message: { type: `ask ${id}` } })
          output.deadlineUs = timeoutUs
        }
        if (input.kind === 'message') output.results.push({ id: Number(input.message), outcome: 'ok', node: input.from, attempts: 1 })
      }
      return output
    },
    inspect: () => null,
  }
}

const options = { mode: { ...TOY_MODE, createClient: echo }, endpoints: ['n1', 'n2'], settings: {}, seed: '1' }

function ask(id: number, via: string, timeoutUs: number): Input {
  return { kind: 'control', control: { type: 'invoke', operation: { id, f: 'get', key: 'k', value: null, timeoutUs, via } } }
}

test('each node has a client of its own, which alone hears its answers', () => {
  const machine = new ProbeMachine(options)
  const asked = machine.step({ nowUs: 0, wallMs: 0, inputs: [ask(1, 'n1', 900), ask(2, 'n2', 500)] })
  expect(asked.send.map(({ to, message }) => `${to} ${message.type}`)).toEqual(['n1 ask 1', 'n2 ask 2'])
  const answer = machine.step({ nowUs: 1, wallMs: 0, inputs: [{ kind: 'message', from: 'n2', message: 2 }] })
  expect(answer.results).toEqual([{ id: 2, outcome: 'ok', node: 'n2', attempts: 1 }])
})

test('the earliest deadline of all is its own, also of a client that had nothing to do', () => {
  const machine = new ProbeMachine(options)
  expect(machine.step({ nowUs: 0, wallMs: 0, inputs: [ask(1, 'n1', 900), ask(2, 'n2', 500)] }).deadlineUs).toBe(500)
  const answer = machine.step({ nowUs: 1, wallMs: 0, inputs: [{ kind: 'message', from: 'n2', message: 2 }] })
  expect(answer.deadlineUs).toBe(900)
})

test('time is told to those who wait for it: of a hundred clients a tick wakes one', () => {
  const woken: string[] = []
  const createClient = (): Machine => {
    const inner = echo()
    return {
      ...inner,
      step: (input) => {
        if (input.inputs.some(({ kind }) => kind === 'tick')) woken.push('tick')
        return inner.step(input)
      },
    }
  }
  const endpoints = nodeIds(100)
  const machine = new ProbeMachine({ ...options, mode: { ...TOY_MODE, createClient }, endpoints })
  machine.step({ nowUs: 0, wallMs: 0, inputs: endpoints.map((id, i) => ask(i + 1, id, i === 6 ? 500 : 900)) })
  machine.step({ nowUs: 500, wallMs: 0, inputs: [{ kind: 'tick' }] })
  expect(woken).toEqual(['tick'])
})

test('clients know the nodes, and what is beside them only if it is asked itself', () => {
  const known: (readonly string[])[] = []
  const createClient = ({ nodes }: { nodes: readonly string[] }): Machine => {
    known.push(nodes)
    return echo()
  }
  const machine = new ProbeMachine({ ...options, mode: { ...TOY_MODE, createClient }, endpoints: ['n1', 'n2', 'b0'] })
  expect(known).toEqual([
    ['n1', 'n2'],
    ['n1', 'n2'],
    ['n1', 'n2'],
  ])
  expect(machine.step({ nowUs: 0, wallMs: 0, inputs: [ask(1, 'b0', 900)] }).send).toEqual([{ to: 'b0', message: { type: 'ask 1' } }])
})

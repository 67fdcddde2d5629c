/**
 * A second mode without a protocol of its own: Raft's nodes, and a client that answers what a store with versions and changing members
 * would. It shows that the lab takes everything from the mode and nothing from Raft.
 */
import type { Input, Machine, Operation, OperationResult, Output, StepInput } from '../../../src/machine/contract.ts'
import { emptyOutput } from '../../../src/machine/contract.ts'
import type { ClusterPort, Mode } from '../../../src/modes/mode.ts'
import { raft } from '../../../src/modes/raft/raft.ts'

type Invoke = Extract<Input, { kind: 'control' }>

/** What tests set and read. */
export interface Script {
  /** How `join` and `leave` end. */
  membership: Pick<OperationResult, 'outcome' | 'code' | 'why'>
  /** Whether the live check holds, by number of look; the last stands for all that follow. */
  converged: boolean[]
  readonly asked: Operation[]
}

export function freshScript(): Script {
  return { membership: { outcome: 'ok' }, converged: [true], asked: [] }
}

/** Raft's client, but for what Raft does not know: siblings of the key `cart`, `resolve`, `join` and `leave`. */
class ToyClient implements Machine {
  readonly #inner: Machine
  readonly #script: Script

  constructor(inner: Machine, script: Script) {
    this.#inner = inner
    this.#script = script
  }

  step(input: StepInput): Output {
    const own = input.inputs.filter((one): one is Invoke => one.kind === 'control' && one.control.type === 'invoke' && this.#isOwn(one))
    const rest = input.inputs.filter((one) => !own.includes(one as Invoke))
    const output = rest.length > 0 ? this.#inner.step({ ...input, inputs: rest }) : emptyOutput()
    for (const { control } of own) if (control.type === 'invoke') output.results.push(this.#answer(control.operation))
    return output
  }

  inspect(): unknown {
    return null
  }

  #isOwn({ control }: Invoke): boolean {
    if (control.type !== 'invoke') return false
    const { f, key } = control.operation
    return key === 'cart' || f === 'resolve' || f === 'join' || f === 'leave'
  }

  #answer(operation: Operation): OperationResult {
    this.#script.asked.push(operation)
    const base = { id: operation.id, attempts: 1, node: 'n1' }
    switch (operation.f) {
      case 'join':
      case 'leave':
        return { ...base, ...this.#script.membership }
      case 'get':
        return {
          ...base,
          outcome: 'ok',
          value: 'eggs | milk',
          siblings: ['eggs', 'milk'],
          lineage: { seen: ['c0.1', 'c1.1'] },
          note: '2 of 3, n4 for n2',
          context: 'opaque',
        }
      default:
        return { ...base, outcome: 'ok', lineage: { made: `c0.${operation.id}`, over: [] }, note: '2 of 3' }
    }
  }
}

const homesOf = (port: ClusterPort): readonly string[] =>
  port
    .nodes()
    .map(({ id }) => id)
    .slice(0, 2)

/** Keeps Raft's name, since the node processes look theirs up in the registry. */
export function toyMode(script: Script): Mode {
  return {
    ...raft,
    operations: [...raft.operations, 'resolve', 'join', 'leave'].filter((name) => name !== 'cas'),
    settings: [...raft.settings, { name: 'w', kind: 'count', fallback: '2', live: true, help: 'acknowledgements a write waits for' }],
    refuse: ({ w = '2' }, nodes) => (Number(w) > nodes ? `w=${w} is more than the ${nodes} nodes there are` : null),
    createClient: (options) => new ToyClient(raft.createClient(options), script),
    dataOptions: [
      { name: 'w', kind: 'count', help: 'acknowledgements', operations: ['put'] },
      { name: 'blind', kind: 'flag', help: 'without context', operations: ['put'] },
      { name: 'context', kind: 'text', help: 'what was read', operations: ['put'] },
    ],
    commands: [
      {
        name: 'ring',
        usage: ['ring [S]'],
        help: 'who keeps what',
        examples: ['ring'],
        args: [{ name: 'S', kind: 'nodes', optional: true }],
        run: async (port, { S }) => {
          if (S === undefined) return { ok: true, lines: ['all of it', `w ${port.settings.w}`] }
          const statuses = await Promise.all([S].flat().map((node) => port.inspect(String(node), { what: 'status' })))
          if (statuses.includes(null)) return { ok: false, code: null, why: 'a node does not answer' }
          return { ok: true, lines: [[S].flat().join('+')] }
        },
      },
    ],
    keySubjects: [{ name: 'siblings', help: 'values side by side', read: async (_port, key) => (key === 'cart' ? 2 : 1) }],
    liveChecks: [
      {
        name: 'converged',
        help: 'all homes agree',
        withinMs: () => 2_000,
        look: async () => {
          const holds = script.converged[0] ?? true
          if (script.converged.length > 1) script.converged.shift()
          return { holds, why: holds ? 'all copies agree' : 'n2 lacks cart' }
        },
      },
    ],
    homes: (port, key) => ({ homes: homesOf(port), fallbacks: key === 'cart' ? ['n3'] : [] }),
    summarize: (nodes) => ({ ...raft.summarize(nodes), facts: [{ name: 'hints', value: '0' }] }),
    checks: [],
  }
}

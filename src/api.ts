/** The package's entry: the same lab that the prompt drives, for TypeScript tests. */
import type * as Api from './api-types.ts'
import type { Lab } from './lab/lab.ts'
import { quote, quoteIfNeeded } from './lab/language/tokens.ts'
import { openLabFor } from './lab/open.ts'

class LabFailure extends Error implements Api.LabFailure {
  static override readonly name = 'LabFailure'
  readonly code = 'expectation'
  readonly expected: string
  readonly actual: string
  readonly events: readonly Api.LabEvent[]
  readonly reportPath: string

  constructor(expected: string, actual: string, lab: Lab) {
    super(`expected ${expected}: ${actual}`)
    this.expected = expected
    this.actual = actual
    this.events = lab.run.events.recent(20)
    this.reportPath = lab.folder
  }
}

export const openLab: typeof Api.openLab = async (options = {}) => {
  const lab = await openLabFor(options)
  return {
    folder: lab.folder,
    do: (line) => lab.do(line),
    expect: async (expectation) => {
      const answer = await lab.expect(expectation)
      if (answer.status !== 'ok') throw new LabFailure(expectation, answer.text ?? answer.status, lab)
    },
    check: (name) => lab.check(name),
    client: (id) => clientOf(lab, id),
    on: (name, listener) => lab.on('event', (event) => (name === 'event' || event.type === name ? listener(event) : undefined)),
    close: () => lab.close(),
    [Symbol.asyncDispose]: () => lab.close(),
  }
}

/** Every method writes the line a person would type, so there is one way in. */
function clientOf(lab: Lab, id: string): Api.LabClient {
  const runTyped = (words: readonly string[], options: Api.OperationOptions = {}): Promise<Api.Answer> => {
    const given = Object.entries(options).flatMap(([name, value]) => optionWords(name, value))
    return lab.do([...words, `as=${id}`, ...given].join(' '))
  }
  const run = ([command, ...rest]: readonly [string, ...(string | number | null)[]], options?: Api.OperationOptions): Promise<Api.Answer> =>
    runTyped([command, ...rest.map((word) => (word === null ? 'none' : quoteIfNeeded(String(word))))], options)
  return {
    id,
    put: (key, value, options) => run(['put', key, value], options),
    get: (key, options) => run(['get', key], options),
    del: (key, options) => run(['del', key], options),
    cas: (key, from, to, options) => run(['cas', key, from, to], options),
    add: (key, amount, options) => run(['add', key, amount], options),
    mul: (key, factor, options) => run(['mul', key, factor], options),
    append: (key, text, options) => run(['append', key, text], options),
    // In quotes a value is a value, also the word union.
    resolve: (key, value, options) => runTyped(['resolve', quoteIfNeeded(key), value === null ? 'union' : quote(String(value))], options),
  }
}

/** A flag is a word that is there or not. */
function optionWords(name: string, value: unknown): readonly string[] {
  if (value === true) return [name]
  return value === false || value === undefined ? [] : [`${name}=${quoteIfNeeded(String(value))}`]
}

/** While machines step, whatever would make a run unrepeatable throws: clocks, global randomness, timers. */

const FORBIDDEN_FUNCTIONS = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch', 'requestAnimationFrame'] as const

export class ImpureCall extends Error {
  static override readonly name = 'ImpureCall'
  readonly code = 'impure'
}

function forbidden(name: string): () => never {
  return () => {
    throw new ImpureCall(`${name} was called while a machine stepped`)
  }
}

interface Replacement {
  readonly owner: object
  readonly name: string
}

const REPLACED: readonly Replacement[] = [
  { owner: Math, name: 'random' },
  { owner: performance, name: 'now' },
  { owner: crypto, name: 'getRandomValues' },
  { owner: crypto, name: 'randomUUID' },
  { owner: process, name: 'hrtime' },
  { owner: process, name: 'nextTick' },
  ...FORBIDDEN_FUNCTIONS.map((name) => ({ owner: globalThis, name })),
]

/** A Date that still answers `instanceof` but can neither be made nor asked for now. */
function forbiddenDate(real: DateConstructor): DateConstructor {
  const refuse = forbidden('Date')
  return new Proxy(real, {
    apply: refuse,
    construct: refuse,
    get: (target, name, receiver) => (name === 'now' ? refuse : Reflect.get(target, name, receiver)),
  })
}

/** Runs synchronous work with the impure globals replaced, and puts them back whatever happens. */
export function withPureGlobals<T>(work: () => T): T {
  const undo: (() => void)[] = []
  const replace = (owner: object, name: string, value: unknown): void => {
    const before = Object.getOwnPropertyDescriptor(owner, name)
    Object.defineProperty(owner, name, { value, configurable: true, writable: true })
    undo.push(() => {
      if (before === undefined) Reflect.deleteProperty(owner, name)
      else Object.defineProperty(owner, name, before)
    })
  }
  try {
    replace(globalThis, 'Date', forbiddenDate(Date))
    for (const { owner, name } of REPLACED) {
      if (Reflect.get(owner, name) !== undefined) replace(owner, name, forbidden(name))
    }
    return work()
  } finally {
    for (const put of undo.reverse()) put()
  }
}

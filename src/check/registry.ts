import { availability, available } from './availability.ts'
import { counter } from './counter.ts'
import { linearizable } from './linearizable.ts'
import { nothingLost } from './nothing-lost.ts'
import { pbs } from './pbs.ts'
import { sessions } from './sessions.ts'
import { set } from './set.ts'
import { setFull } from './set-full.ts'
import { staleness } from './staleness.ts'
import type { Checker } from './types.ts'
import { versions } from './versions.ts'

/** The checks that labs name: `expect linearizable`, `check nothing-lost`. A new one is a file beside this and a line here. */
export const checkers: ReadonlyMap<string, Checker> = new Map(
  [linearizable, nothingLost, versions, sessions, set, setFull, counter, availability, available, staleness, pbs].map((checker) => [
    checker.name,
    checker,
  ]),
)

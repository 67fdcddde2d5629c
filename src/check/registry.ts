import { linearizable } from './linearizable.ts'
import { nothingLost } from './nothing-lost.ts'
import { sessions } from './sessions.ts'
import type { Checker } from './types.ts'
import { versions } from './versions.ts'

/** The checks that labs name: `expect linearizable`, `check nothing-lost`. A new one is a file beside this and a line here. */
export const checkers: ReadonlyMap<string, Checker> = new Map(
  [linearizable, nothingLost, versions, sessions].map((checker) => [checker.name, checker]),
)

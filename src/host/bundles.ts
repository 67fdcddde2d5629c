import { fileURLToPath } from 'node:url'

export type Bundle =
  | 'top/top.cjs'
  | 'node.js'
  | 'shim.js'
  | 'load.js'
  | 'check.js'
  | 'report.js'
  | 'sim.js'
  | 'bench.js'
  | 'bare.js'
  | 'puts.js'

/**
 * Where a bundled program stands: beside this file in `dist/`, or, when the sources run under the test runner, in the
 * project's `dist/`, which the tests build first.
 */
export function bundlePath(name: Bundle): string {
  const here = new URL('.', import.meta.url)
  const dist = here.pathname.endsWith('/dist/') ? here : new URL('../../dist/', here)
  return fileURLToPath(new URL(name, dist))
}

import { fileURLToPath } from 'node:url'

/**
 * Where a bundled program stands: beside this file in `dist/`, or, when the sources run under the test runner, in the
 * project's `dist/`, which the tests build first.
 */
export function bundlePath(
  name: 'node.js' | 'shim.js' | 'load.js' | 'check.js' | 'sim.js' | 'bench.js' | 'bare.js' | 'puts.js' | 'top/top.cjs',
): string {
  const here = new URL('.', import.meta.url)
  const dist = here.pathname.endsWith('/dist/') ? here : new URL('../../dist/', here)
  return fileURLToPath(new URL(name, dist))
}

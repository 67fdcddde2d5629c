/** Gives back the memory that recovery passed through: a log is read and decoded whole, and only a fraction of that stays. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Once, after a long log was replayed: V8 would keep the pages, and the process would look as if it had leaked them. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
}

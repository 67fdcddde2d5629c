/** Work that may be done so many at a time; more wait, first come first served. */
export function inTurns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let atWork = 0
  return async (work) => {
    if (atWork >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    else atWork++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) atWork--
      else next()
    }
  }
}

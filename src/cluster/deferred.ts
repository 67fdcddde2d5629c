/** A promise with its handles outside, which Node 20 does not bring. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(error: Error): void
}

export function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => {}
  let reject: (error: Error) => void = () => {}
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  // Whoever never asks must not bring the lab down with an unhandled rejection; whoever asks still gets it.
  promise.catch(() => {})
  return { promise, resolve, reject }
}

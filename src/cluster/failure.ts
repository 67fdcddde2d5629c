/** The machine, not the store, is at fault: a port, a permission, a spawn that failed. Exit code 3. */
export class EnvironmentFailure extends Error {
  static override readonly name = 'EnvironmentFailure'
  readonly code = 'environment'
}

/** Microseconds in a millisecond and a second: machines count in integer microseconds. */
export const MS = 1_000
export const SECOND = 1_000_000

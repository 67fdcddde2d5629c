/** The views that a digit brings up in place of the body; the lab itself is 1. */
import type { BodyView } from '../types.ts'

export const views: readonly BodyView[] = []

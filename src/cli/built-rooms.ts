/** The rooms of this build. Each import is a literal, so that the bundler gives it a chunk of its own. */
import type { Rooms } from './rooms.ts'

export const builtRooms: Partial<Rooms> = {}

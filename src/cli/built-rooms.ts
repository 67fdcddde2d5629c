/** The rooms of this build. Each import is a literal, so that the bundler gives it a chunk of its own. */
import type { Rooms } from './rooms.ts'

export const builtRooms: Partial<Rooms> = {
  modes: async () => [...(await import('../modes/registry.ts')).modes.values()],
  models: async () => [...(await import('../check/models.ts')).models.keys()],
  checkHistory: async (file, model) => (await import('../check/check-file.ts')).checkHistoryFile(file, model),
}

/** How a lab can be watched from another terminal, or why it cannot: that is never a reason for it not to open. */
import { stateFolder } from '../state-folder.ts'
import { type Attachable, AttachServer } from './server.ts'
import { socketsFolder } from './sockets.ts'

export interface Dashboard {
  /** What to type in another terminal; null where there is no socket. */
  readonly command: string | null
  /** For people: the command, or why there is none. */
  readonly words: string
  close(): void
}

export async function openDashboard(lab: Attachable, folder = socketsFolder(stateFolder(process.env))): Promise<Dashboard> {
  try {
    const server = await AttachServer.open(lab, folder)
    const { command } = server
    return { command, words: `${command} (in another terminal)`, close: () => server.close() }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { command: null, words: `none: ${why}`, close: () => {} }
  }
}

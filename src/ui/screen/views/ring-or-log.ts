/** What the nodes keep: the ring of a mode that has one, else the replicated logs. */
import { span } from '../../style.ts'
import { logSheet } from './log.ts'
import { ringSheet } from './ring.ts'
import { sheetView, title } from './sheet.ts'

export const ringOrLogView = sheetView({
  digit: '4',
  name: 'ring or log',
  help: 'Dynamo: the ring by owners, and who keeps the keys mentioned last; Raft: the logs side by side, aligned by index',
  begins: 'top',
  sheet(request) {
    const { scene } = request
    if (scene.ring !== null) return ringSheet(request)
    if (scene.nodes.some(({ strip }) => strip !== null)) return logSheet(request)
    return { head: [title('ring or log', [], request.style)], body: [[span('no node has told yet what it keeps', 'dim')]], foot: [] }
  },
})

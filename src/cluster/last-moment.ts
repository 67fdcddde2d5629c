/** No process of the lab's ends without its nodes. */

/** What can be killed without waiting. */
export interface Killable {
  killAllNow(): void
}

const atWork = new Set<Killable>()
const lastMoment = (): void => {
  for (const cluster of atWork) cluster.killAllNow()
}

/** One listener for all clusters of this process: Node warns of a leak at the eleventh. */
export function atExit(cluster: Killable, guarded: boolean): void {
  if (guarded) atWork.add(cluster)
  else atWork.delete(cluster)
  process.off('exit', lastMoment)
  if (atWork.size > 0) process.on('exit', lastMoment)
}

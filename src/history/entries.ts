import type { EndpointId, OperationResult } from '../machine/contract.ts'
import type { HistoryEvent, Request } from './types.ts'

/** The first line of an operation. `process` 0 stands in until the recorder gives the real number. */
export function invokeEvent(client: EndpointId, request: Request, startNs: number): HistoryEvent {
  return { process: 0, type: 'invoke', f: request.f, key: request.key, value: request.value, time: startNs, client }
}

/**
 * The line that ends it; siblings are a list. An ok `put`, `del` or `cas` repeats what was asked; the others carry the answer. A cas refused on
 * its value is `fail` with `error: "differs"` and `was`: of all fails, only it says something about the store.
 */
export function completionEvent(client: EndpointId, request: Request, result: OperationResult, endNs: number): HistoryEvent {
  const base = {
    process: 0,
    f: request.f,
    key: request.key,
    time: endNs,
    client,
    ...(result.node === undefined ? {} : { node: result.node }),
    ...(result.lineage === undefined ? {} : { lineage: result.lineage }),
  }
  switch (result.outcome) {
    case 'ok':
      return { ...base, type: 'ok', value: result.siblings ?? (result.value === undefined ? request.value : result.value) }
    case 'fail':
      if (request.f === 'cas' && result.was !== undefined) {
        return { ...base, type: 'fail', value: request.value, error: 'differs', was: result.was }
      }
      return { ...base, type: 'fail', value: request.value, error: result.code ?? 'refused' }
    case 'info':
      return { ...base, type: 'info', value: request.value, error: result.code ?? 'timeout' }
  }
}

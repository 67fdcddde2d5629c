/** One picture of a recorded run as text, for pipes and for the logs of a build. */
import { renderToString } from 'ink'
import { createElement } from 'react'
import { withoutStart } from '../../stream/ribbon.ts'
import { Screen } from '../screen/Screen.tsx'
import type { Area } from '../screen/types.ts'
import { views } from '../screen/views/index.ts'
import type { Style } from '../style.ts'
import { recordedItems } from './recorded-items.ts'
import type { Recording } from './recording.ts'
import { replayFrame } from './replay-frame.ts'
import { startTransport } from './transport.ts'

/** Without the keys, which nobody can press there. Rows are as wide as they have to be. `view`: a digit. */
export function frameText(recording: Recording, atNs: number, size: Area, style: Style, view: string): string {
  recording.seek(atNs)
  const { scene, end, landmarks } = recording
  const state = startTransport(scene.nowNs)
  const model = {
    scene,
    items: recordedItems(scene),
    state: { ...state, screen: { ...state.screen, view } },
    run: { endNs: end.nowNs, ribbon: withoutStart(end), landmarks },
    views,
  }
  const { props } = replayFrame(model, size, style)
  return renderToString(createElement(Screen, { ...props, bottom: props.bottom.slice(0, -1) }), { columns: size.columns })
    .split('\n')
    .map((row) => row.trimEnd())
    .join('\n')
}

/** The views that replace the body of the screen, by digit. */
import type { BodyView } from '../types.ts'
import { eventsView } from './events.ts'
import { invariantsView } from './invariants.ts'
import { linksView } from './links.ts'
import { messagesView } from './messages.ts'
import { ringOrLogView } from './ring-or-log.ts'

export const views: readonly BodyView[] = [messagesView, linksView, ringOrLogView, eventsView, invariantsView]

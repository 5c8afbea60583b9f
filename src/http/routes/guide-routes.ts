import { livingGuide, today } from '../../wire/guide.ts'
import { may } from '../permissions.ts'
import { json, type Route, route } from '../route.ts'
import { waitsForMe } from './my-waiting.ts'

const NO_FIGURES = { waiting: [], changes: [], lastRun: null }

export const guideRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/guide',
    action: 'guide.view',
    summary: 'The guide, each measure with its live control',
    answer: livingGuide,
    handle: async ({ services }) => json(await services.guide.livingGuide()),
  }),
  route({
    method: 'GET',
    path: '/api/today',
    action: 'today.view',
    summary: 'What waits for me',
    answer: today,
    // Whoever may not see figures gets what waits for him alone, not a refusal on his own home.
    handle: async (ask) => {
      const { services, caller } = ask
      const figures = may(caller.actor, 'figures.view') ? await services.guide.today() : NO_FIGURES
      return json({ ...figures, waiting: [...(await waitsForMe(ask)), ...figures.waiting] })
    },
  }),
]

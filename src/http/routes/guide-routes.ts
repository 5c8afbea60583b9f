import { json } from '../../edge/route.ts'
import { livingGuide, today } from '../../wire/guide.ts'
import { may } from '../../wire/permissions.ts'
import { type UnboundRoute as Route, route } from '../bound-route.ts'
import { isInTheWay, warningsNow } from '../present/warnings.ts'
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
      // With a warning there may be no figures to show; it says why, and what waits for him stands as ever.
      const warnings = [
        ...warningsNow(services, may(caller.actor, 'ledger.view'), may(caller.actor, 'ledger.findings')),
      ]
      const hasFigures = !warnings.some(isInTheWay) && may(caller.actor, 'figures.view')
      const figures = hasFigures ? await services.guide.today() : NO_FIGURES
      return json({ ...figures, warnings, waiting: [...(await waitsForMe(ask)), ...figures.waiting] })
    },
  }),
]

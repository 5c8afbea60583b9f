import { byOf } from '../edge/caller.ts'
import { json, problem, type Route, route } from '../edge/route.ts'
import { listRuns, startRun } from '../wire/reconcile.ts'
import type { Reconcile } from './create-reconcile.ts'

export const runRoutes = (reconcile: Pick<Reconcile, 'listRuns' | 'startRun'>): readonly Route[] => [
  route(listRuns, {
    action: 'run.view',
    summary: 'Reconciliations, newest first',
    handle: async () => json({ runs: await reconcile.listRuns() }),
  }),
  route(startRun, {
    action: 'run.start',
    summary: 'Reconcile what is new, or a window',
    handle: async (ask) => {
      const { from, to } = ask.body
      const started = await reconcile.startRun({
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        startedBy: byOf(ask),
      })
      return started.ok ? json(started.value) : problem('busy')
    },
  }),
]

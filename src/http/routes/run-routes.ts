import { z } from 'zod'
import { runList, runRecord } from '../../wire/reconcile.ts'
import { json, problem, type Route, route } from '../route.ts'

const window = z.object({
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
})

export const runRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/runs',
    action: 'run.view',
    summary: 'Reconciliations, newest first',
    answer: runList,
    handle: async ({ services }) => json({ runs: await services.reconcile.listRuns() }),
  }),
  route({
    method: 'POST',
    path: '/api/runs',
    action: 'run.start',
    summary: 'Reconcile what is new, or a window',
    body: window,
    answer: runRecord,
    handle: async ({ services, caller, body }) => {
      const started = await services.reconcile.startRun({
        ...(body.from !== undefined && { from: body.from }),
        ...(body.to !== undefined && { to: body.to }),
        startedBy: { account: caller.account, post: caller.post },
      })
      return started.ok ? json(started.value) : problem('busy')
    },
  }),
]

import { warningList } from '../../wire/warning.ts'
import { may } from '../permissions.ts'
import { warningsNow } from '../present/warnings.ts'
import { json, type Route, route } from '../route.ts'

export const warningRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/warnings',
    action: 'session.own',
    summary: 'What keeps this program from showing things now, and what is to be done',
    answer: warningList,
    handle: async ({ services, caller }) =>
      json({
        warnings: warningsNow(services, may(caller.actor, 'ledger.view'), may(caller.actor, 'ledger.findings')),
      }),
  }),
]

import { json } from '../../edge/route.ts'
import { hasAccountWarning } from '../../identity/port.ts'
import { may } from '../../wire/permissions.ts'
import { warningList } from '../../wire/warning.ts'
import { type UnboundRoute as Route, route } from '../bound-route.ts'
import { warningsNow } from '../present/warnings.ts'

export const warningRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/warnings',
    action: 'session.own',
    summary: 'What keeps this program from showing things now, and what is to be done',
    answer: warningList,
    handle: async ({ services, caller }) => {
      const warnings = warningsNow(services, may(caller.actor, 'ledger.view'), may(caller.actor, 'ledger.findings'))
      const isTold = await hasAccountWarning(services.database, caller.account)
      return json({ warnings: isTold ? [...warnings, ACCOUNT] : warnings })
    },
  }),
]

const ACCOUNT = {
  code: 'account',
  words: '您的帳號，或您所看顧的帳號，有不尋常的登入或變更；請到「我的帳號」查看並按「已知悉」。',
  wordsEn: 'Something unusual happened to your account, or to one you watch over: see “My account” and confirm there.',
}

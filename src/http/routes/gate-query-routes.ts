import { serves } from '../../base/tenant.ts'
import { json, problem } from '../../edge/route.ts'
import { namesOf } from '../../identity/port.ts'
import { policyOpenings } from '../../wire/gate-policy.ts'
import {
  canaryList,
  canaryRequest,
  gateCatalogue,
  gateCheck,
  traceAnswer,
  traceRequest,
} from '../../wire/gate-query.ts'
import { type ServicesAsk as Ask, type UnboundRoute as Route, route } from '../bound-route.ts'

export const gateQueryRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/gate/catalogue',
    action: 'gate.catalogue',
    summary: 'Queries and purposes an official may choose from',
    answer: gateCatalogue,
    handle: async ({ services }) => {
      const { queries, purposes } = await services.gate.listQueries()
      return json({ queries: queries.filter(({ agency }) => serves(agency)), purposes })
    },
  }),
  route({
    method: 'GET',
    path: '/api/gate/check',
    action: 'gate.check',
    summary: "What keeps an agency's login or a query from use",
    answer: gateCheck,
    handle: async ({ services }) => json(await services.gate.check()),
  }),
  route({
    method: 'GET',
    path: '/api/gate/openings',
    action: 'rule.view',
    summary: 'Who gets in without approval under the policies in force: every situation they can tell apart was tried',
    answer: policyOpenings,
    handle: async ({ services }) => json(await services.openings()),
  }),
  route({
    method: 'POST',
    path: '/api/gate/trace',
    action: 'gate.trace',
    summary: 'Who saw this, when and why, from a disclosure code; each look-up is recorded',
    body: traceRequest,
    answer: traceAnswer,
    handle: async (ask) => {
      const { code, reason } = ask.body
      const traced = await ask.services.gate.trace(code, reason, doer(ask))
      return traced.ok ? json(traced.value) : problem('not-found', NOT_TRACED[traced.error])
    },
  }),
  route({
    method: 'GET',
    path: '/api/gate/canaries',
    action: 'canary.manage',
    summary: 'Sealed subjects, as pseudonyms, with how often each was read',
    answer: canaryList,
    handle: async ({ services }) => {
      const canaries = await services.gate.listCanaries()
      const names = await namesOf(
        services.database,
        canaries.map(({ sealedBy }) => sealedBy),
      )
      return json({
        canaries: canaries.map((each) => ({
          ...each,
          sealedAt: each.sealedAt.toISOString(),
          sealedByName: names.get(each.sealedBy) ?? '',
        })),
      })
    },
  }),
  route({
    method: 'POST',
    path: '/api/gate/canaries',
    action: 'canary.manage',
    summary: 'Seal a subject: from then on a look at it is a finding',
    body: canaryRequest,
    handle: async (ask) => {
      const { kind, identifier, note } = ask.body
      const outcome = await ask.services.gate.sealCanary(kind, identifier, note, doer(ask))
      return outcome === 'sealed' ? json({ sealed: true }) : problem('bad-request', FULL)
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/gate/canaries/:subject',
    action: 'canary.manage',
    summary: 'Take a subject off the sealed list',
    handle: async (ask) => {
      const subject = ask.params['subject'] ?? ''
      if (!/^[0-9a-f]{32}$/.test(subject)) return problem('not-found')
      const isGone = await ask.services.gate.unsealCanary(subject, doer(ask))
      return isGone ? json({ sealed: false }) : problem('not-found')
    },
  }),
]

const doer = ({ caller }: Ask<unknown, unknown>) => ({ account: caller.account, post: caller.post })

const NOT_TRACED = {
  malformed: {
    zh: '追查代碼的檢查碼不符，可能抄錯了字元。',
    en: 'The check sign of this code does not hold; a character was probably misread.',
    advice: {
      zh: '請對照原件重新輸入九碼；模糊處可換一處浮水印再讀。',
      en: 'Compare with the original and type the nine signs again; the mark repeats, so read another copy of it.',
    },
  },
  unknown: {
    zh: '查無此追查代碼。',
    en: 'There is no disclosure with this code.',
    advice: {
      zh: '代碼格式正確，但不是本機關取得的資料；請確認來源，或洽其他機關。',
      en: 'The code is well formed but none of this office; check where it came from, or ask other agencies.',
    },
  },
} as const
const FULL = { zh: '封存名單已滿。', en: 'The sealed list is full.' }

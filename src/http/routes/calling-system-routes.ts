import { z } from 'zod'
import { ok } from '../../base/result.ts'
import { serves } from '../../base/tenant.ts'
import { json, problem, type Reply } from '../../edge/route.ts'
import { shadowReport } from '../../gate/port.ts'
import { endCallingSystem, listCallingSystems } from '../../identity/port.ts'
import { callingSystemList, newCallingSystem, shadowReport as shadowReportAnswer } from '../../wire/authzen.ts'
import { changeWaits } from '../../wire/change.ts'
import { type ServicesAsk as Ask, type UnboundRoute as Route, route } from '../bound-route.ts'
import { callerFingerprint } from '../caller-certificate.ts'
import { changeRefusal } from './change-refusal.ts'

const DAY_MS = 86_400_000

/** Who looks after systems that speak for officials: nobody makes or changes one alone; anybody of them ends one at once. */
export const callingSystemRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/calling-systems',
    action: 'system.view',
    summary: 'Systems that may ask for decisions',
    answer: callingSystemList,
    handle: async ({ services }) =>
      json({
        systems: (await listCallingSystems(services.database)).map((each) => ({
          ...each,
          addedAt: each.addedAt.toISOString(),
        })),
      }),
  }),
  route({
    method: 'POST',
    path: '/api/calling-systems',
    action: 'system.manage',
    summary: 'Propose a system, another key, or other settings; its key is shown once, after another approved',
    body: newCallingSystem,
    answer: changeWaits,
    handle: proposedSystem,
  }),
  route({
    method: 'DELETE',
    path: '/api/calling-systems/:system',
    action: 'system.manage',
    summary: 'End a system at once: its key, tokens and certificate',
    handle: async ({ services, caller, params }) =>
      (await endCallingSystem(services, params['system'] ?? '', caller)) ? json({}) : problem('not-found'),
  }),
  route({
    method: 'GET',
    path: '/api/shadow-report',
    action: 'point.report',
    summary: 'What watched systems would have been refused in the last days',
    query: z.object({ days: z.coerce.number().int().min(1).max(366).default(30) }),
    answer: shadowReportAnswer,
    handle: async ({ services: { database, clock }, query }) =>
      json(await shadowReport(database, new Date(clock.now().getTime() - query.days * DAY_MS))),
  }),
]

async function proposedSystem({
  services,
  caller,
  body,
}: Ask<unknown, ReturnType<typeof newCallingSystem.parse>>): Promise<Reply> {
  if (!serves(body.agency)) return problem('forbidden')
  const { certificate, ...given } = body
  const read =
    certificate === undefined ? ok(undefined) : callerFingerprint(certificate, services.clock.now(), services.tls?.ca)
  if (!read.ok) return problem('bad-request', read.error)
  const value = { ...given, certificate: read.value?.toString('hex') ?? '' }
  const by = { account: caller.account, post: caller.post }
  const proposed = await services.changes.propose({ kind: 'calling-system', value, reason: '登錄或變更介接系統' }, by)
  if (!proposed.ok) return changeRefusal(proposed.error)
  return { kind: 'json', status: 202, value: { changeId: proposed.value } }
}

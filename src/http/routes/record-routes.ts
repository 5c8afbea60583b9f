import { z } from 'zod'
import { asInstallation, servesAll } from '../../base/tenant.ts'
import { json, problem } from '../../edge/route.ts'
import { namesOf } from '../../identity/port.ts'
import { listFindings, noteFinding } from '../../ledger/port.ts'
import { noteBody, recordFindings, sweepAnswer } from '../../wire/ledger.ts'
import { type UnboundRoute as Route, route } from '../bound-route.ts'

/** Records, tables and files held against what was sealed and signed: what was found, who took note, and once more. */
export const recordRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/ledger/findings',
    action: 'ledger.findings',
    summary: 'Where records, tables and files do not say what was sealed and signed',
    answer: recordFindings,
    handle: async ({ services: { database } }) => {
      const found = await asInstallation(() => listFindings(database))
      const names = await namesOf(
        database,
        found.flatMap(({ notedBy }) => notedBy ?? []),
      )
      return json({
        findings: found.map(({ foundAt, notedAt, notedBy, place, ...rest }) => ({
          ...rest,
          // Whose record it is, is for who serves every agency.
          place: servesAll() ? place : (place.split(':')[0] ?? ''),
          foundAt: foundAt.toISOString(),
          notedBy: notedBy ?? null,
          notedByName: notedBy === undefined ? '' : (names.get(notedBy) ?? ''),
          notedAt: notedAt?.toISOString() ?? null,
        })),
      })
    },
  }),
  route({
    method: 'POST',
    path: '/api/ledger/findings/:id/note',
    action: 'ledger.note',
    summary: 'Take note of a difference, with what was done about it',
    body: noteBody,
    isForAll: true,
    handle: async ({ services, caller, params, body }) => {
      const id = z.uuid().safeParse(params['id'])
      const by = { account: caller.account, post: caller.post }
      const isNoted =
        id.success &&
        (await asInstallation(() => noteFinding(services.database, id.data, by, body.reason, services.clock.now())))
      if (!isNoted) return problem('not-found')
      await services.records.refresh()
      return json({})
    },
  }),
  route({
    method: 'POST',
    path: '/api/ledger/sweep',
    action: 'ledger.sweep',
    summary: 'Hold records, tables and files against what was sealed and signed, now',
    answer: sweepAnswer,
    handle: async ({ services: { records } }) => {
      const added = await records.sweep()
      return json({ added, open: records.open() })
    },
  }),
]

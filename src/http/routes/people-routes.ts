import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { serves } from '../../base/tenant.ts'
import { json, problem, type Reply } from '../../edge/route.ts'
import {
  peopleList,
  peopleQuery,
  personHistory,
  staffApply,
  staffBrought,
  staffLocal,
  staffPreview,
  staffPreviewQuery,
} from '../../wire/people.ts'
import { type ServicesAsk as Ask, type UnboundRoute as Route, route } from '../bound-route.ts'
import { broughtView, listed, portfolioFor, previewOf } from '../present/people-view.ts'
import type { Services } from '../services.ts'

const OTHER_AGENCY = { zh: '只能處理自己機關的人員。', en: 'Only the staff of your own agency.' }

export const peopleRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/people',
    action: 'people.view',
    summary: 'People in office: post, unit, deputy, portfolio',
    query: peopleQuery,
    answer: peopleList,
    handle: async ({ services: { staff }, caller, query }) => {
      const agencies = (await staff.agencies()).filter(({ agency }) => serves(agency))
      const wanted = agencies.map(({ agency }) => agency).filter((each) => !query.agency || each === query.agency)
      const { total, people } = await staff.list(wanted, query)
      return json({
        ...{ total, agencies },
        people: people.map(({ agency, term, deputyName, isDeputyActing }) => ({
          ...{ ...listed(term), agency, since: term.since.toISOString() },
          portfolio: portfolioFor(caller.actor, term.portfolio),
          deputy:
            term.deputy === ''
              ? null
              : {
                  ...{ person: term.deputy, name: deputyName, isActing: isDeputyActing },
                  ...{ from: term.deputyFrom, until: term.deputyUntil },
                },
        })),
      })
    },
  }),
  route({
    method: 'GET',
    path: '/api/people/:agency/:person',
    action: 'people.view',
    summary: 'Every post a person held here, newest first',
    answer: personHistory,
    handle: async ({ services: { staff }, caller, params: { agency = '', person = '' } }) => {
      const terms = serves(agency) ? await staff.history(agency, person) : []
      const [newest] = terms
      if (!newest) return problem('not-found')
      return json({
        ...{ agency, person, name: newest.term.name, isInOffice: newest.term.until === undefined },
        terms: terms.map(({ term, recordedAt, source }) => ({
          ...{ ...listed(term), duty: term.duty, portfolio: portfolioFor(caller.actor, term.portfolio) },
          ...{ deputy: term.deputy, deputyFrom: term.deputyFrom, deputyUntil: term.deputyUntil, source },
          ...{ since: term.since.toISOString(), until: term.until?.toISOString() ?? null },
          recordedAt: recordedAt.toISOString(),
        })),
      })
    },
  }),
  route({
    method: 'POST',
    path: '/api/people/preview',
    action: 'people.manage',
    summary: 'Upload a personnel file and see what it would change; nothing is changed',
    query: staffPreviewQuery,
    answer: staffPreview,
    isUpload: true,
    handle: async ({ services, caller, query, request }) => {
      if (!serves(query.agency)) return problem('forbidden', OTHER_AGENCY)
      const uploadId = randomUUID()
      const filePath = join(await uploads(services), uploadId)
      await pipeline(request.body as Readable, createWriteStream(filePath, { flags: 'wx', mode: 0o600 }))
      const { agency, fileName, asOf } = query
      const look = await services.staff.look({ filePath, fileName, agency, asOf }, caller)
      if (!look.ok || look.value.faults.length > 0) await rm(filePath, { force: true })
      return look.ok ? json(previewOf(look.value, { uploadId, agency, fileName })) : refused(look.error)
    },
  }),
  route({
    method: 'POST',
    path: '/api/people/imports',
    action: 'people.manage',
    summary: 'Bring in the personnel file that was looked at; what gives anybody power waits for a second person',
    body: staffApply,
    answer: staffBrought,
    handle: async ({ services, caller, body }) => {
      if (!serves(body.agency)) return problem('forbidden', OTHER_AGENCY)
      const filePath = join(await uploads(services), body.uploadId)
      const brought = await services.staff.bring({ ...body, filePath }, caller)
      // A personnel file is not kept: what it said stands in the terms or in what waits, what it was in the event.
      if (brought.ok) await rm(filePath, { force: true })
      return brought.ok ? json(broughtView(brought.value)) : refused(brought.error)
    },
  }),
  route({
    method: 'POST',
    path: '/api/people/local',
    action: 'people.local',
    summary: 'Look at a personnel file of this machine or, with the digest of that look, apply it (command line)',
    body: staffLocal,
    handle: local,
  }),
]

async function local({ services, caller, body }: Ask<unknown, ReturnType<typeof staffLocal.parse>>): Promise<Reply> {
  const { digest, asOf, ...ask } = body
  if (digest === undefined) {
    const look = await services.staff.look({ ...ask, asOf }, caller)
    return look.ok ? json(previewOf(look.value, { ...ask, uploadId: '' })) : refused(look.error)
  }
  const brought = await services.staff.bring({ ...ask, asOf, digest }, caller)
  return brought.ok ? json(broughtView(brought.value)) : refused(brought.error)
}

const UPLOAD_MS = 3_600_000

/** Where personnel files wait to be applied. One nobody applied within an hour is thrown away: identity numbers may be in it. */
async function uploads({ uploadFolder }: Services): Promise<string> {
  const folder = join(uploadFolder, 'staff')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const name of await readdir(folder)) {
    const age = Date.now() - (await stat(join(folder, name)).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs
    if (age > UPLOAD_MS) await rm(join(folder, name), { force: true })
  }
  return folder
}

const refused = (error: { readonly zh: string; readonly en: string }): Reply => problem('import-refused', error)
